package webhook

import (
	"slices"
	"strings"

	"github.com/waybillhq/waybill/sandbox/internal/shop"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// topicHooks are the WordPress actions behind each topic, in the order the API shows them.
var topicHooks = map[string][]string{
	"coupon.created":   {"woocommerce_process_shop_coupon_meta", "woocommerce_new_coupon"},
	"coupon.updated":   {"woocommerce_process_shop_coupon_meta", "woocommerce_update_coupon"},
	"coupon.deleted":   {"wp_trash_post"},
	"coupon.restored":  {"untrashed_post"},
	"customer.created": {"user_register", "woocommerce_created_customer", "woocommerce_new_customer"},
	"customer.updated": {"profile_update", "woocommerce_update_customer"},
	"customer.deleted": {"delete_user"},
	"order.created":    {"woocommerce_new_order"},
	"order.updated":    {"woocommerce_update_order", "woocommerce_order_refunded"},
	"order.deleted":    {"wp_trash_post", "woocommerce_trash_order"},
	"order.restored":   {"untrashed_post", "woocommerce_untrash_order"},
	"product.created": {"woocommerce_process_product_meta", "woocommerce_new_product",
		"woocommerce_new_product_variation"},
	"product.updated": {"woocommerce_process_product_meta", "woocommerce_update_product",
		"woocommerce_update_product_variation"},
	"product.deleted":   {"wp_trash_post"},
	"product.restored":  {"untrashed_post"},
	"product.published": {"woocommerce_product_published"},
}

// A topic is what a webhook reports: a resource and an event with a dot between, or "action." and the name of a
// WordPress action.
type topic string

// resource is the part before the first dot.
func (t topic) resource() string {
	resource, _, _ := strings.Cut(string(t), ".")
	return resource
}

// event is the part after the first dot, up to the next one.
func (t topic) event() string {
	_, rest, _ := strings.Cut(string(t), ".")
	event, _, _ := strings.Cut(rest, ".")
	return event
}

// hooks are the actions that make the topic happen. A topic may be valid and have no actions (recordings:
// wh-topic-customer-restored, wh-topic-order-deleted-x).
func (t topic) hooks() []string {
	if t.resource() == "action" {
		return []string{t.event()}
	}
	return topicHooks[string(t)]
}

// valid is wc_is_webhook_valid_topic. Valid are actions of WooCommerce except three that would tell secrets, and pairs
// of a known resource and a known event. Since 10.8 a pair needs an action too.
func (t topic) valid(store *shop.Store) bool {
	switch t {
	case "action.woocommerce_login_credentials", "action.woocommerce_webhook_should_deliver",
		"action.woocommerce_product_csv_importer_check_import_file_path":
		return false
	}
	if strings.HasPrefix(string(t), "action.woocommerce_") || strings.HasPrefix(string(t), "action.wc_") {
		return true
	}
	if store.Has(core.TopicsNeedHooks) {
		return topicHooks[string(t)] != nil
	}
	return slices.Contains([]string{"coupon", "customer", "order", "product"}, t.resource()) &&
		slices.Contains([]string{"created", "updated", "deleted", "restored"}, t.event())
}
