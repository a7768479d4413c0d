declare module 'seek-bzip' {
  interface ByteSink {
    writeByte(byte: number): void;
  }
  const Bunzip: {
    /** Decodes all streams of `input` into `output`. @throws TypeError where the data are damaged */
    decode(input: Buffer, output: ByteSink, multistream: boolean): void;
  };
  export default Bunzip;
}
