import words from './english-stop-words.json' with { type: 'json' };

/** The words that scikit-learn leaves out for stop_words="english" (sklearn.feature_extraction.text.ENGLISH_STOP_WORDS). */
export const ENGLISH_STOP_WORDS: ReadonlySet<string> = new Set(words);
