/** Groups of operations, in the order of the document. */
export const TAGS: Readonly<Record<string, string>> = {
  Access: 'Tokens and signing keys',
  Users: 'Users, and your own account',
  Sessions: 'Logins of users',
  'Service accounts': 'Accounts of programs',
  Prediction: 'Predictions in the form of the reference app and of KServe V1',
  'MLflow and SageMaker': "Predictions in the form of MLflow's scoring server",
  'Vertex AI': 'Predictions at the path that AIP_PREDICT_ROUTE names',
  'Open Inference Protocol V2': 'Predictions, metadata and repository control (KServe V2)',
  Models: 'Uploads, versions and what the audit trail holds of a model',
  'Batch jobs': 'Predictions of files in the background',
  Quotas: 'Rows that may be predicted a minute and a day',
  Audit: 'The audit trail: queries, export, replay, erasure',
  Health: 'Liveness and readiness',
  Metrics: 'Prometheus metrics',
};
