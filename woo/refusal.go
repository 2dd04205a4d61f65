package woo

import (
	"net/http"
	"slices"
	"strings"
)

// RefusedFirst says whether a JSON error with 4xx, by its status and code, is certainly one that the store gives before it
// changes anything.
//
// Failure policy: WooCommerce stores a record first and runs other people's code afterwards, which can answer anything,
// with any status: an exception in woocommerce_rest_insert_*_object, wp_die, a filter of rest_post_dispatch. So a refusal
// is believed at once only where it comes from a stage before the effect that has a code of its own: reading the request,
// finding its route, checking its arguments, authentication, the permission callbacks, and the controllers' first look at
// the ids they were given. Every other refusal may stand in front of a change that was made.
func RefusedFirst(status int, code string) bool {
	switch {
	case slices.Contains(refusedFirst, code):
		return true
	case strings.HasPrefix(code, "jwt_auth_"):
		return true // while it finds out who asks
	case slices.Contains(notPermitted, code):
		// With another status the controllers say it after they have tried.
		return status == http.StatusUnauthorized || status == http.StatusForbidden
	case strings.HasSuffix(code, "_invalid_id"):
		return status == http.StatusBadRequest || status == http.StatusNotFound
	}
	return false
}

// notPermitted are the codes of the permission callbacks for writes.
var notPermitted = []string{"woocommerce_rest_cannot_create", "woocommerce_rest_cannot_edit", "woocommerce_rest_cannot_delete", "woocommerce_rest_cannot_batch"}

var refusedFirst = []string{
	// WordPress, before it calls anybody (WP_REST_Server::dispatch, WP_REST_Request::has_valid_params).
	"rest_no_route", "rest_invalid_param", "rest_missing_callback_param", "rest_invalid_json", "rest_invalid_handler", "rest_cookie_invalid_nonce",
	// WooCommerce's authentication, and WordPress's application passwords.
	"woocommerce_rest_authentication_error", "woocommerce_rest_authentication_missing_parameter", "woocommerce_api_disabled",
	"invalid_username", "incorrect_password", "application_passwords_disabled",
	// The first lines of WooCommerce's controllers.
	"woocommerce_rest_request_entity_too_large", "woocommerce_rest_invalid_id", "woocommerce_rest_term_invalid", "woocommerce_rest_taxonomy_invalid",
	"woocommerce_rest_invalid_order", "woocommerce_rest_invalid_order_id", "woocommerce_rest_invalid_order_refund",
	"woocommerce_rest_already_trashed", "woocommerce_rest_trash_not_supported",
}
