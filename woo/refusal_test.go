package woo

import "testing"

func TestOnlyARefusalFromBeforeTheEffectIsBelievedAtOnce(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		status int
		code   string
		first  bool
	}{
		{401, "woocommerce_rest_authentication_error", true},
		{403, "woocommerce_rest_cannot_create", true},
		{401, "woocommerce_rest_cannot_batch", true},
		{404, "woocommerce_rest_shop_order_invalid_id", true},
		{400, "woocommerce_rest_product_invalid_id", true},
		{410, "woocommerce_rest_already_trashed", true},
		{413, "woocommerce_rest_request_entity_too_large", true},

		{400, "woocommerce_rest_cannot_create", false}, // the customer was saved without an id
		{400, "rest_invalid_param", false},             // of a request that a plugin made itself, and handed on
		{400, "rest_missing_callback_param", false},
		{404, "rest_no_route", false},
		{403, "woocommerce_rest_cannot_view", false},            // a plugin hides what was made
		{400, "woocommerce_rest_shop_order_not_created", false}, // an exception while it was saved
		{400, "woocommerce_product_invalid_image_id", false},
		{403, "rest_forbidden", false},
		{401, "rest_not_logged_in", false},
		{403, "wp_die", false},
		{429, "rate_limited", false},
		{400, "", false},
	} {
		if got := RefusedFirst(tt.status, tt.code); got != tt.first {
			t.Errorf("%d %s: %v", tt.status, tt.code, got)
		}
	}
}
