/** Groups of operations in the order of the document: the most used ones first. */
export const TAGS: Readonly<Record<string, string>> = {
  Prediction: 'Predictions for clients of the reference app and of KServe V1',
  Models: 'Uploads, versions and redaction',
  'Open Inference Protocol V2': 'Predictions, metadata and repository control (KServe V2)',
  'MLflow and SageMaker': "Predictions for clients of MLflow's scoring server",
  'Vertex AI': 'Predictions at the path set by AIP_PREDICT_ROUTE',
  'Batch jobs': 'Background predictions for files',
  Access: 'Tokens and signing keys',
  Users: 'Users and your own account',
  Sessions: 'Sessions of users',
  'Service accounts': 'Accounts for programs',
  Quotas: 'Predicted rows per minute and per day',
  Audit: 'Queries, export, replay and erasure of audit records',
  Health: 'Liveness and readiness',
  Metrics: 'Prometheus metrics',
};
