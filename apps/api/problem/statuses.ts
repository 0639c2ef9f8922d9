/**
 * The one table from stable codes to HTTP statuses. A code means the same wherever it comes from: a library that knows
 * no HTTP names what is wrong, this file says how the web calls it. Every code here has a text in every language
 * (see messages/), and a test compares this table with the codes that the sources can give.
 */
export const STATUS_OF = {
  // 400: the request itself cannot be read
  malformed_json: 400,
  too_deep: 400,
  url_malformed: 400,
  request_malformed: 400,
  code_not_understood: 400,
  idempotency_key_missing: 400,
  idempotency_key_malformed: 400,
  if_match_malformed: 400,
  cursor_not_understood: 400,
  moment_not_understood: 400,
  day_not_understood: 400,
  text_not_understood: 400,
  limit_out_of_range: 400,
  period_empty: 400,
  period_missing: 400,
  unknown_report_key: 400,
  unknown_state: 400,

  // 401, 403: who asks
  officer_unknown: 401,
  not_signed_in: 401,
  session_ended: 401,
  sign_in_failed: 401,
  refresh_refused: 401,
  oidc_refused: 401,
  not_your_position: 403,
  not_your_unit: 403,
  foreign_origin: 403,
  position_ended: 403,
  position_required: 403,
  position_not_yours: 403,
  not_your_role: 403,
  password_change_required: 403,
  password_wrong: 403,
  demo_account_only_on_demo_data: 403,
  demo_password_fixed: 403,
  oidc_account_unknown: 403,
  administrators_only: 403,
  auditors_only: 403,
  not_for_yourself: 403,
  unit_out_of_reach: 403,
  separation_of_duties: 403,

  // 404: what is asked for
  not_found: 404,
  unknown_dossier: 404,
  unknown_command: 404,
  unknown_period: 404,
  procedure_not_found: 404,
  not_yet_filed: 404,
  account_unknown: 404,
  position_unknown: 404,
  delegation_unknown: 404,
  lookup_unknown: 404,

  // 405: how it is asked for
  method_not_allowed: 405,

  // 408: what never came whole
  request_timeout: 408,

  // 409, 412: the state of things stands against it
  not_allowed_in_state: 409,
  key_in_flight: 409,
  account_disabled: 409,
  login_taken: 409,
  delegation_overlaps: 409,
  delegation_in_circle: 409,
  stale_version: 412,

  // 413 and so on: the form of the request
  body_too_large: 413,
  upload_too_large: 413,
  url_too_long: 414,
  media_type_not_supported: 415,
  encoding_not_supported: 415,
  upload_type_not_allowed: 415,
  host_not_local: 421,
  headers_too_large: 431,

  // 422: well-formed, but the content is wrong. Where a query is at fault, the answer is 400.
  key_reused: 422,
  unknown_field: 422,
  field_required: 422,
  field_not_understood: 422,
  json_not_canonical: 422,
  not_one_of: 422,
  text_too_long: 422,
  list_too_long: 422,
  number_out_of_range: 422,
  control_characters: 422,
  form_not_understood: 422,
  upload_empty: 422,
  upload_name_unsafe: 422,
  upload_type_differs: 422,
  upload_not_whole: 422,
  upload_active: 422,
  occurred_at_not_yours: 422,
  occurred_before_last_event: 422,
  occurred_in_future: 422,
  unknown_procedure: 422,
  unknown_unit: 422,
  unknown_channel: 422,
  unit_not_competent: 422,
  unit_not_in_force: 422,
  channel_not_offered: 422,
  return_by_unknown: 422,
  applicant_name_missing: 422,
  amend_field_unknown: 422,
  amend_value_missing: 422,
  invalid_item_number: 422,
  item_number_used: 422,
  unknown_item_number: 422,
  unknown_post_event: 422,
  unknown_post_action: 422,
  unknown_outcome: 422,
  unknown_step: 422,
  unknown_next_step: 422,
  next_step_required: 422,
  step_not_earlier: 422,
  step_not_in_hand: 422,
  delegation_to_oneself: 422,
  delegation_past: 422,
  delegation_beyond_position: 422,
  delegate_not_at_unit: 422,
  login_not_understood: 422,
  password_too_short: 422,
  password_too_long: 422,
  password_too_weak: 422,
  password_holds_login: 422,
  password_same: 422,
  role_unknown: 422,
  role_not_for_account: 422,
  unit_unknown: 422,
  unit_ended: 422,
  validity_empty: 422,
  position_past: 422,

  // 429, 5xx: not now, or our fault. None of these answers is stored.
  queue_full: 429,
  rate_limited: 429,
  sign_in_locked: 429,
  unexpected: 500,
  snapshot_unfit: 500,
  event_unfit: 500,
  database_unavailable: 503,
  reference_outdated: 503,
  sign_in_busy: 503,
  oidc_unavailable: 503,
  closing: 503,
} as const;

export type ProblemCode = keyof typeof STATUS_OF;

/** True for a code that has a status and texts. */
export function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(STATUS_OF, code);
}

/**
 * The status of a refusal that the engine decided. A code that this table does not know yet is still a refusal and never
 * a failure of ours: about a field it is 422, otherwise 409.
 */
export function statusOfRefusal(code: string, field: string | undefined): number {
  if (isProblemCode(code)) return STATUS_OF[code];
  return field === undefined ? 409 : 422;
}

/** Seconds after which it is worth while to come back, for the statuses that ask for patience. */
export const RETRY_AFTER_SECONDS: Readonly<Record<number, number>> = { 429: 1, 503: 5 };
