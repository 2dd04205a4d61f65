package capability

// rule says by which guard a resource asks for some of its actions.
type rule struct {
	Resource Resource
	Actions  []Action
	Guard    guardName
	// As is the context for actions that have no context of their own; "" means the action's usual one.
	As context
	// Code is the error code of the refusal, where the controller does not use the usual code of its context.
	Code   string
	Source string
}

var (
	readOnly  = []Action{List, Get}
	crudBatch = []Action{List, Get, Create, Update, Delete, Batch}
)

const (
	cannotEdit   = "woocommerce_rest_cannot_edit"
	cannotUpdate = "woocommerce_rest_cannot_update"
)

// rules is the whole REST API. Every row was measured on real stores; Source says where to read the rule.
var rules = []rule{
	{Resource: Orders, Actions: crudBatch, Guard: byOrder, Source: minimalSets},
	{Resource: Orders, Actions: []Action{Statuses}, Guard: byAnyone, Source: "OrderStatusRestController.php:51"},
	{Resource: OrderNotes, Actions: []Action{List, Get, Create, Delete}, Guard: byOrder,
		Source: "R1 order-notes 119-170"},
	{Resource: Refunds, Actions: []Action{List, Get, Create, Delete}, Guard: byOrder,
		Source: "R3 order-refunds; docs/woocommerce/permissions.md#minimal-sets"},
	{Resource: Refunds, Actions: []Action{ListAll}, Guard: byOrder, As: toRead, Source: "R3 refunds"},
	{Resource: OrderActions, Actions: []Action{EmailTemplates}, Guard: byOrderRead, As: toRead, Source: minimalSets},
	{Resource: OrderActions, Actions: []Action{SendEmail, SendOrderDetails}, Guard: byOrderRead, As: toCreate,
		Source: minimalSets},
	{Resource: OrderReceipt, Actions: []Action{Get, Create}, Guard: byOrderRead, Source: minimalSets},
	{Resource: Fulfillments, Actions: []Action{List, Get, Lookup, GetMeta}, Guard: byFulfillment, As: toRead,
		Source: "oracle fulfillments.*"},
	{Resource: Fulfillments, Actions: []Action{Create}, Guard: byFulfillment, Source: "oracle fulfillments.*"},
	{Resource: Fulfillments, Actions: []Action{Update, UpdateMeta}, Guard: byFulfillment, As: toEdit,
		Code: "rest_forbidden", Source: "oracle fulfillments.*"},
	{Resource: Fulfillments, Actions: []Action{Delete, DeleteMeta}, Guard: byFulfillment, As: toDelete,
		Source: "oracle fulfillments.*"},
	{Resource: OrdersV2, Actions: crudBatch, Guard: byOrder, Source: "R2 orders"},
	{Resource: OrdersV1, Actions: crudBatch, Guard: byOrder,
		Source: "R1 orders; docs/woocommerce/permissions.md#fact-12"},

	{Resource: Products, Actions: crudBatch, Guard: byProduct, Source: minimalSets},
	{Resource: Products, Actions: []Action{Duplicate}, Guard: byProduct, As: toCreate, Source: minimalSets},
	{Resource: Products, Actions: []Action{CustomFieldNames, Suggested, Related}, Guard: byProduct, As: toRead,
		Source: minimalSets},
	{Resource: Variations, Actions: crudBatch, Guard: byVariation, Source: minimalSets},
	{Resource: Variations, Actions: []Action{ListAll}, Guard: byVariation, As: toRead, Source: "R3 variations"},
	{Resource: ProductsV2, Actions: []Action{Related}, Guard: byProduct, As: toRead, Source: "R2 products"},
	{Resource: Variations, Actions: []Action{Generate}, Guard: byVariation, As: toCreate, Source: minimalSets},

	{Resource: Categories, Actions: crudBatch, Guard: byTerm, Source: "R3 terms 244-266"},
	{Resource: Tags, Actions: crudBatch, Guard: byTerm, Source: "R3 terms 244-266"},
	{Resource: Brands, Actions: crudBatch, Guard: byTerm, Source: "R3 terms 244-266"},
	{Resource: ShippingClasses, Actions: crudBatch, Guard: byTerm, Source: "R3 terms 244-266"},
	{Resource: ShippingClasses, Actions: []Action{SlugSuggestion}, Guard: byTerm, As: toRead,
		Source: "R3 shipping-classes"},
	{Resource: AttributeTerms, Actions: crudBatch, Guard: byTerm, Source: "R3 terms 244-266"},
	{Resource: Attributes, Actions: []Action{List, Get, Create, Delete, Batch}, Guard: byAttribute,
		Source: "R1 product-attributes 146-230"},
	{Resource: Attributes, Actions: []Action{Update}, Guard: byAttribute, Code: cannotUpdate,
		Source: "R1 product-attributes 146-230"},
	{Resource: Reviews, Actions: crudBatch, Guard: byReview, Source: "R3 product-reviews"},

	{Resource: Customers, Actions: crudBatch, Guard: byUser, Source: "R1 customers 135-327"},
	{Resource: Customers, Actions: []Action{Downloads}, Guard: byUser, As: toRead, Source: "R1 customer-downloads"},
	{Resource: Coupons, Actions: crudBatch, Guard: byCoupon, Source: minimalSets},

	{Resource: Webhooks, Actions: crudBatch, Guard: byManager, Source: "R1 webhooks"},
	{Resource: Taxes, Actions: crudBatch, Guard: byManager, Source: "R1 taxes"},
	{Resource: TaxClasses, Actions: []Action{List, Get, Create, Delete}, Guard: byManager, Source: "R1 tax-classes"},
	{Resource: ShippingZones, Actions: []Action{List, Get, Create, Update}, Guard: byManager,
		Source: "R3 shipping-zones-controller-base 59-119"},
	{Resource: ShippingZones, Actions: []Action{Delete}, Guard: byManager, Code: cannotEdit,
		Source: "R3 shipping-zones-controller-base 59-119"},
	{Resource: ShippingZoneLocations, Actions: []Action{List, Update}, Guard: byManager,
		Source: "R3 shipping-zones-controller-base 59-119"},
	{Resource: ShippingZoneMethods, Actions: []Action{List, Get, Create, Update}, Guard: byManager,
		Source: "R3 shipping-zones-controller-base 59-119"},
	{Resource: ShippingZoneMethods, Actions: []Action{Delete}, Guard: byManager, Code: cannotEdit,
		Source: "R3 shipping-zones-controller-base 59-119"},
	{Resource: ShippingMethods, Actions: readOnly, Guard: byManager, Source: "R2 shipping-methods"},
	{Resource: PaymentGateways, Actions: []Action{List, Get, Update}, Guard: byManager, Source: "R3 payment-gateways"},
	{Resource: Settings, Actions: []Action{Groups, Group}, Guard: byManager, As: toRead,
		Source: "R2 setting-options 381-414"},
	{Resource: Settings, Actions: []Action{Get, Update}, Guard: byManager, Source: "R2 setting-options 381-414"},
	{Resource: Settings, Actions: []Action{Batch, GroupBatch}, Guard: byManager, As: toEdit,
		Source: "R2 setting-options 381-414"},
	{Resource: SystemStatus, Actions: []Action{Get}, Guard: byManager, Source: "R2 system-status"},
	{Resource: SystemStatus, Actions: []Action{ToolsList, ToolsGet}, Guard: byManager, As: toRead,
		Source: "R2 system-status-tools"},
	{Resource: SystemStatus, Actions: []Action{ToolsRun}, Guard: byManager, As: toEdit, Code: cannotUpdate,
		Source: "R2 system-status-tools"},
	{Resource: Data, Actions: []Action{Read}, Guard: byManager, As: toRead, Source: "R3 data"},
	{Resource: Reports, Actions: []Action{Read}, Guard: byReports, As: toRead, Source: "R1 reports"},
	{Resource: Marketplace, Actions: []Action{Read}, Guard: byManager, As: toRead, Code: "rest_forbidden",
		Source: "oracle marketplace.*"},

	{Resource: Analytics, Actions: []Action{Read}, Guard: byReports, As: toRead, Source: "oracle analytics.*"},
	{Resource: Analytics, Actions: []Action{Leaderboards}, Guard: byBoards, As: toRead, Source: "oracle analytics.*"},
	{Resource: Analytics, Actions: []Action{AnalyticsImports}, Guard: byManager, As: toRead,
		Code: "woocommerce_rest_cannot_access", Source: "oracle analytics.imports_*"},
	{Resource: Analytics, Actions: []Action{AdminNotes, AnalyticsConfig}, Guard: byManager, As: toRead,
		Source: "oracle analytics.*"},
	{Resource: Analytics, Actions: []Action{AnalyticsOrders}, Guard: byOrder, As: toRead, Source: "oracle analytics.*"},
	{Resource: Analytics, Actions: []Action{AnalyticsGoods, Related}, Guard: byProduct, As: toRead,
		Source: "oracle analytics.*"},
	{Resource: Admin, Actions: []Action{Read}, Guard: byOptions, As: toRead, Source: "oracle admin.options"},
	{Resource: Admin, Actions: []Action{DismissTaxes}, Guard: byManager, As: toEdit, Source: "oracle admin.*"},
	{Resource: Admin, Actions: []Action{DismissPromotion}, Guard: byManager, As: toEdit, Code: "rest_forbidden",
		Source: "oracle admin.*"},
	{Resource: Admin, Actions: []Action{MobileLogin}, Guard: byManager, As: toRead, Source: "oracle admin.qr_login_*"},
	{Resource: PointOfSale, Actions: []Action{CreateCatalog}, Guard: byCatalog, As: toCreate, Code: "rest_forbidden",
		Source: "oracle pos_catalog.create"},
	{Resource: PayPal, Actions: []Action{Receive}, Guard: bySigner, As: toCreate, Code: "rest_forbidden",
		Source: "oracle paypal_*"},

	{Resource: Index, Actions: []Action{Read}, Guard: byAnyone, Source: "oracle index"},
	{Resource: LayoutTemplates, Actions: []Action{List}, Guard: byAnyone, Source: "oracle layout_templates.list"},
	{Resource: StoreAPI, Actions: []Action{Read}, Guard: byAnyone, Source: "oracle store_api.products"},
	{Resource: Core, Actions: []Action{Read}, Guard: byAnyone, Source: "docs/woocommerce/permissions.md#fact-8"},
	{Resource: Core, Actions: []Action{Abilities}, Guard: byNobody, Code: "rest_forbidden",
		Source: "oracle wp.abilities_list"},
	{Resource: Core, Actions: []Action{Me}, Guard: byNobody, Code: "rest_not_logged_in",
		Source: "docs/woocommerce/permissions.md#fact-8"},
	{Resource: Core, Actions: []Action{ListForEditing}, Guard: byNobody, Code: "rest_forbidden_context",
		Source: "docs/woocommerce/permissions.md#fact-8"},
	{Resource: Core, Actions: []Action{WriteCore}, Guard: byNobody, Code: "rest_cannot_create",
		Source: "docs/woocommerce/permissions.md#fact-8"},
}

// ruleFor finds the rule of an action; nil when the REST API has no such operation.
func ruleFor(resource Resource, action Action) *rule {
	return ruleIndex[Operation{Resource: resource, Action: action}]
}

var ruleIndex = indexRules()

func indexRules() map[Operation]*rule {
	index := map[Operation]*rule{}
	for i := range rules {
		for _, action := range rules[i].Actions {
			index[Operation{Resource: rules[i].Resource, Action: action}] = &rules[i]
		}
	}
	return index
}
