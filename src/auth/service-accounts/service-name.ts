/** What a service account is called where users and service accounts meet: in records, limits, quotas. */
export const serviceName = (clientId: string): string => `service:${clientId}`;
