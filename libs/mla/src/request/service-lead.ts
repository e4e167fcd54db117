/** No treaty sets a number of days before a hearing; this is the platform's, where the State has not said. */
export const SERVICE_LEAD_DAYS = 90;
