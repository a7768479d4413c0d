/** A service account's name in records, limits and quotas, which have users as well. */
export const serviceName = (clientId: string): string => `service:${clientId}`;
