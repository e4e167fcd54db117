/** The part of the list of grants that is about requests: the application reads, and the guard writes. */
export const REQUEST_GRANTS: readonly string[] = [
  'enl_app: function guard.create_request(uuid, text, uuid, timestamp with time zone) EXECUTE',
  'enl_app: function guard.move_request(uuid, text, text, boolean, text, bytea, timestamp with time zone) EXECUTE',
  'enl_app: function guard.remind_request(uuid, date) EXECUTE',
  'enl_app: table app.request_reminders SELECT',
  'enl_app: table app.requests SELECT',
  'enl_guard: table app.request_reminders DELETE',
  'enl_guard: table app.request_reminders INSERT',
  'enl_guard: table app.request_reminders SELECT',
  'enl_guard: table app.request_reminders UPDATE',
  'enl_guard: table app.requests INSERT',
  'enl_guard: table app.requests SELECT',
  'enl_guard: table app.requests UPDATE',
];
