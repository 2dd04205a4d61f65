package capability

import (
	"slices"
	"strings"
	"testing"
)

// oracleCase is a measured operation id read as an operation and the facts about its record.
type oracleCase struct {
	op           Operation
	origin       Origin
	isOrder      bool
	refundBy     string // "own", "others" or "" when the record is not a refund
	beforeSwitch bool
	rowMissing   bool
	rec          Record
	target       string // role of the user acted on
}

// record resolves what depends on the store and on the caller.
func (c oracleCase) record(site Site, callerRoles []string) Record {
	rec := c.rec
	origin := c.origin
	if c.beforeSwitch {
		if origin == EnteredByCaller {
			origin = EnteredBeforeSwitch
		} else {
			origin = BeforeSwitch
		}
	}
	if c.isOrder && !rec.Missing {
		if c.rowMissing {
			origin = RowMissing
		}
		if c.refundBy != "" {
			rec = site.Refund(origin, c.refundBy == "own")
		} else {
			rec = site.Order(origin)
		}
		rec.Registered, rec.Trashed = c.rec.Registered, c.rec.Trashed
	}
	switch c.target {
	case "":
	case "self":
		rec.Self, rec.TargetRoles = true, callerRoles
	case "no_role":
	default:
		rec.TargetRoles = []string{c.target}
	}
	return rec
}

// Words of the ids that were measured to make no difference: what is changed, which filter is used.
var withoutInfluence = strings.Fields(`status_any_context_edit trash_list by_customer by_customer_self search modified_after
	meta line_items line_items_draft_product customer_id untrash set_paid post_method empty_body empty completed pending
	on-hold cancelled failed checkout-draft processing set_paid coupon full private_product image_src variable role_all
	role_administrator email context_edit with_password code hold approve approved sku order customer product action
	variable_parent publish private draft future trash internal_status to_public_status sku image_size search_fields
	pos_products_only modified_after`)

var actionWords = map[string]Action{
	"list": List, "get": Get, "create": Create, "update": Update, "delete": Delete, "delete_force": Delete,
	"trash":        Delete,
	"update_stock": Update, "update_price": Update, "update_to_publish": Update, "update_to_draft": Update,
	"update_to_private": Update, "update_untrash": Update, "update_image_src": Update, "update_terms": Update,
	"update_attributes": Update, "update_meta": Update, "update_html": Update, "update_email": Update,
	"update_password": Update, "update_url": Update, "update_activate": Update,
	"update_variation_through_products": Update,
	"create_restock":                    Create, "create_customer_note": Create, "create_by_user": Create,
	"email_update": Update,
	"statuses":     Statuses, "list_all": ListAll, "duplicate": Duplicate, "generate": Generate,
	"custom_field_names": CustomFieldNames,
	"suggested":          Suggested, "slug_suggestion": SlugSuggestion, "downloads": Downloads, "groups": Groups,
	"group":       Group,
	"group_batch": GroupBatch, "email_templates": EmailTemplates, "send_email": SendEmail,
	"send_order_details": SendOrderDetails,
	"leaderboards":       Leaderboards, "admin_notes": AdminNotes, "orders_crud_list": AnalyticsOrders,
	"products_list":    AnalyticsGoods,
	"settings_general": AnalyticsConfig, "related": Related, "products_related": Related, "update_gallery": Update,
	"lookup": Lookup, "meta_get": GetMeta, "meta_update": UpdateMeta, "meta_delete": DeleteMeta,
	"imports_status": AnalyticsImports, "imports_trigger": AnalyticsImports, "imports_retry": AnalyticsImports,
	"tax_recommendations_dismiss": DismissTaxes, "marketplace_promotions_dismiss": DismissPromotion,
	"qr_login_availability": MobileLogin, "qr_login_token": MobileLogin,
}

var coreWords = map[string]Action{
	"users_me": Me, "media_list": Read, "media_list_edit": ListForEditing, "media_upload": WriteCore,
	"posts_create": WriteCore, "product_list": Read, "abilities_list": Abilities,
}

func parseCase(t *testing.T, id string) oracleCase {
	t.Helper()
	words := strings.Split(id, ".")
	c := oracleCase{}
	if id == "orders.batch.update.missing" {
		// The answer to the item was not looked at.
		c.op = Operation{Resource: Orders, Action: Batch}
		return c
	}
	if words[0] == "v1" || words[0] == "v2" {
		words = append([]string{words[0] + "." + words[1]}, words[2:]...)
	}
	resource := Resource(words[0])
	c.op.Resource = resource
	words = words[1:]
	switch resource {
	case Index, Data, Reports, Marketplace, StoreAPI:
		c.op.Action = Read
		return c
	case Admin:
		c.op.Action = Read
		if words[0] != "options" {
			c.op.Action = actionOf(t, id, words[0])
		}
		return c
	case PointOfSale:
		c.op.Action = CreateCatalog
		return c
	case "paypal_buttons", "paypal_standard", "paypal_webhooks":
		c.op = Operation{Resource: PayPal, Action: Receive}
		return c
	case Core:
		c.op.Action = coreWords[words[0]]
		return c
	case LayoutTemplates:
		c.op.Action = List
		return c
	case SystemStatus:
		c.op.Action = map[string]Action{"get": Get, "tools.list": ToolsList, "tools.get": ToolsGet,
			"tools.run": ToolsRun, "tools.run_reset_roles": ToolsRun}[strings.Join(words, ".")]
		return c
	case Fulfillments:
		c.rec.Buyer = words[1] == "self_customer"
		c.rec.Missing = words[1] == "missing_order"
		words = words[:1]
	case Orders, OrderNotes, Refunds, OrderActions, OrderReceipt, OrdersV1, OrdersV2:
		c.isOrder = true
	}
	if words[0] == "batch" && len(words) > 1 {
		c.op.InBatch = true
		words = words[1:]
	} else if words[0] == "batch" { // settings.batch
		c.op.InBatch, words = true, []string{"update"}
	}
	verb := words[0]
	if _, known := actionWords[verb]; resource == Analytics &&
		(!known || ruleFor(Analytics, actionWords[verb]) == nil) {
		c.op.Action = Read
	} else {
		c.op.Action = actionOf(t, id, verb)
	}
	switch verb {
	case "update_to_publish":
		c.rec.Status = "draft"
	case "update_untrash":
		c.rec.Status = "trash"
	case "update_email", "update_password":
		c.rec.ChangesLogin = true
	case "update_variation_through_products":
		c.rec.IsVariation = true
	}
	for _, word := range words[1:] {
		c.qualify(t, id, word)
	}
	return c
}

func actionOf(t *testing.T, id, verb string) Action {
	t.Helper()
	action, ok := actionWords[verb]
	if !ok {
		t.Fatalf("%s: unknown action %q", id, verb)
	}
	return action
}

// qualify reads one further word of the id: whose record, its status, the role of a user.
func (c *oracleCase) qualify(t *testing.T, id, word string) {
	t.Helper()
	perStatus := c.op.Resource == Products || c.op.Resource == Coupons
	switch {
	case word == "missing", word == "wrong_type":
		c.rec.Missing = true
	case c.rec.Missing:
		// which type
	case word == "public_status":
		c.rec.Registered = PublicStatus
	case word == "private_status":
		c.rec.Registered = PrivateStatus
	case word == "trashed_public_status":
		c.rec.Registered, c.rec.Trashed = PublicStatus, true
	case c.op.Resource == Customers && c.op.Action != List && c.op.Action != Create:
		c.target = word
	case word == "own" || word == "own_with_customer" || word == "placed_by_self_as_shopper" ||
		word == "others_note_on_own_order":
		c.origin, c.rec.Own = CreatedByCaller, true
	case word == "entered_in_wpadmin_by_self":
		c.origin = EnteredByCaller
	case word == "others" || word == "guest" || word == "self_customer" || word == "own_note_on_others_order",
		word == "customer" && c.isOrder:
		c.origin = CreatedByOther
	case strings.Contains(word, "_refund_on_"):
		c.refundBy, _, _ = strings.Cut(word, "_refund_on_")
	case word == "variation_through_products":
		c.rec.IsVariation = true
	case word == "downloadable":
		c.rec.UnapprovedDownload = true
	case perStatus && slices.Contains([]string{"publish", "private", "draft", "pending", "future", "trash"}, word) &&
		c.op.Action != Create && c.op.Action != List:
		c.rec.Status = word
	case contains(withoutInfluence, word):
	default:
		t.Fatalf("%s: unknown word %q", id, word)
	}
}

func contains(words []string, word string) bool {
	for _, w := range words {
		if w == word {
			return true
		}
	}
	return false
}
