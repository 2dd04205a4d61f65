package orders

import (
	"iter"
	"slices"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// refunds is the controller of /orders/{id}/refunds and /refunds.
type refunds struct{ *Store }

// document finds an order or a refund. The controller first accepts both.
func (s *Store) document(id int64) (*Document, bool) {
	if order, ok := s.Orders.Get(id); ok {
		return &order.Document, true
	}
	if refund, ok := s.Refunds.Get(id); ok {
		return &refund.Document, true
	}
	return nil, false
}

func (c refunds) mayGet(r *rest.Request) error {
	if _, ok := c.document(r.Int("id")); !ok {
		return nil
	}
	return c.May(r, capability.Refunds, capability.Get, capability.Record{}, core.CannotView)
}

func (c refunds) mayDelete(r *rest.Request) error {
	d, ok := c.document(r.Int("id"))
	if !ok {
		return nil
	}
	return c.May(r, capability.Refunds, capability.Delete, c.recordOf(r, d), core.CannotDelete)
}

// bareDataError is an error whose data is a bare number. WordPress answers such an error with HTTP 500, whatever the
// number (docs/checks/refund-500-is-4xx.md).
func bareDataError(code, message string, data int) *rest.Error {
	return &rest.Error{Status: 500, Code: code, Message: message, Data: int64(data)}
}

func errNoOrder() error {
	return bareDataError("woocommerce_rest_invalid_order_id", "Invalid order ID.", 404)
}

func (c refunds) get(r *rest.Request) (*rest.Response, error) {
	d, ok := c.document(r.Int("id"))
	if !ok {
		return nil, rest.Errorf(404, "woocommerce_rest_shop_order_refund_invalid_id", "Invalid ID.")
	}
	refund, err := c.ofOrder(r, d.ID)
	if err != nil {
		return nil, err
	}
	return c.answer(r, refund), nil
}

// ofOrder finds a refund and refuses one of another order.
func (c refunds) ofOrder(r *rest.Request, id int64) (*Refund, error) {
	order, ok := c.document(r.Int("order_id"))
	if !ok {
		return nil, errNoOrder()
	}
	refund, ok := c.Refunds.Get(id)
	if !ok || refund.ParentID != order.ID {
		return nil, bareDataError("woocommerce_rest_invalid_order_refund_id", "Invalid order refund ID.", 404)
	}
	return refund, nil
}

func (c refunds) answer(r *rest.Request, refund *Refund) *rest.Response {
	return &rest.Response{Body: c.refundJSON(refund, c.ViewOf(r), false), Links: refundLinks(r, refund)}
}

// refundJSON is a refund as answers show it. Lists of all refunds also name the order.
func (s *Store) refundJSON(refund *Refund, v core.View, withParent bool) rest.Value {
	m := core.NewTree()
	if v.Plain() {
		m = &core.Members{Text: []byte{'{'}}
	}
	m.Number("id", refund.ID)
	if withParent {
		m.Number("parent_id", refund.ParentID)
	}
	m.Str("date_created", s.LocalTime(refund.Created))
	m.Str("date_created_gmt", core.GMTTime(refund.Created))
	m.Str("amount", s.ShownAmount(refund.Amount, v.Decimals))
	m.Str("reason", refund.Reason)
	m.Number("refunded_by", refund.By)
	m.Truth("refunded_payment", refund.PaidBack)
	core.Objects(m, "meta_data", s.visibleOrderMeta(refund.Meta), renderMeta)
	core.Objects(m, "line_items", refund.Lines, func(m *core.Members, l *ProductLine) { s.renderProductLine(m, l, v) })
	core.Objects(m, "shipping_lines", refund.Shipping,
		func(m *core.Members, l *ShippingLine) { s.renderShippingLine(m, l, v) })
	core.Objects(m, "tax_lines", refund.Taxes, func(m *core.Members, l *TaxLine) { s.renderTaxLine(m, l, v) })
	core.Objects(m, "fee_lines", refund.Fees, func(m *core.Members, l *FeeLine) { s.renderFeeLine(m, l, v) })
	return m.Value()
}

func refundLinks(r *rest.Request, refund *Refund) []rest.Link {
	order := r.RESTURL("/wc/v3/orders/" + core.Itoa(refund.ParentID))
	return []rest.Link{
		{Rel: "self", Href: order + "/refunds/" + core.Itoa(refund.ID)},
		{Rel: "collection", Href: order + "/refunds"},
		{Rel: "up", Href: order},
	}
}

func (c refunds) listOfOrder(r *rest.Request) (*rest.Response, error) {
	id := core.AbsInt(r.Param("order_id"))
	filter := c.FilterOf(r)
	filter.Parents = map[int64]bool{id: true}
	return c.list(r, filter, slices.Values(c.Refunds.Group("parent", id)), "/wc/v3/orders/"+core.Itoa(id)+"/refunds",
		false)
}

func (c refunds) listAll(r *rest.Request) (*rest.Response, error) {
	filter := c.FilterOf(r)
	filter.Parents = nil
	return c.list(r, filter, c.Refunds.All(), "/wc/v3/refunds", true)
}

func (c refunds) list(
	r *rest.Request, filter core.ListFilter, candidates iter.Seq[*Refund], collection string, withParent bool,
) (*rest.Response, error) {
	search := core.SearchText(r)
	if c.Storage() == capability.Posts {
		search = "" // the legacy storage searches titles and reasons, which was not measured
	}
	var matching []*Refund
	for refund := range candidates {
		included := filter.Include == nil || core.IDSet(filter.Include)[refund.ID]
		if search != "" && !refund.foundRefund(search) {
			continue
		}
		if included && passesDocument(&filter, &refund.Document) {
			matching = append(matching, refund)
		}
	}
	sortDocuments(matching, filter, "", func(refund *Refund) *Document { return &refund.Document })
	total := len(matching)
	page := core.Paged(matching, filter)
	pages := rest.Pages(total, int(filter.PerPage))
	if len(page) == 0 && (c.Storage() != capability.Posts || filter.Offset != nil) {
		total, pages = 0, 0
	}
	view := c.ViewOf(r)
	items := make(rest.List, 0, len(page))
	for _, refund := range page {
		items = append(items, rest.Item{Data: c.refundJSON(refund, view, withParent), Links: refundLinks(r, refund)})
	}
	if len(page) > 0 {
		r.Set("dp", int64(view.Decimals))
	}
	response := &rest.Response{Body: items}
	rest.Paginate(r, response, collection, total, pages)
	return response, nil
}

func (c refunds) create(r *rest.Request) (*rest.Response, error) {
	if rest.Truthy(r.Param("id")) {
		return nil, rest.Errorf(400, "woocommerce_rest_shop_order_refund_exists",
			"Cannot create existing shop_order_refund.")
	}
	lines, err := refundLines(r.Param("line_items"))
	if err != nil {
		return nil, err
	}
	order, ok := c.Orders.Get(r.Int("order_id"))
	if !ok {
		return nil, errNoOrder()
	}
	amount := refundAmount(r, lines)
	if comparesBelowZero(amount) {
		return nil, bareDataError("woocommerce_rest_invalid_order_refund", "Refund amount must be greater than zero.",
			400)
	}
	reason := r.Text("reason")
	if reason == "0" {
		reason = ""
	}
	clerk := c.clerkOf(r)
	refund, failure := clerk.createRefund(order.ID, refundRequest{
		amount: amount, reason: reason, lines: lines,
		pay: onUnlessFalse(r.Param("api_refund")), restock: onUnlessFalse(r.Param("api_restock")),
	})
	if failure != nil {
		return nil, bareDataError("woocommerce_rest_cannot_create_order_refund", failure.Error(), 500)
	}
	for _, element := range rest.Elements(r.Param("meta_data")) {
		entry := rest.AsObject(element)
		if entry == nil {
			return nil, core.ErrFatal
		}
		if c.takesKeyless(&refund.Meta, entry) {
			continue
		}
		refund.Meta.Update(rest.Text(entry.Value("key")), entry.Value("value"), entry.Value("id"))
	}
	refund.Meta.Save(clerk.orderMetaCounter())
	response := c.answer(r, refund)
	response.Status = 201
	// WooCommerce forgets to put the order's number into the address.
	response.SetHeader("Location", r.RESTURL(`/wc/v3/orders/(?P<order_id>[\d]+)/refunds/`+core.Itoa(refund.ID)))
	return response, nil
}

// onUnlessFalse reads a switch that is on unless it is a boolean false.
func onUnlessFalse(v rest.Value) bool { return v != false }

// comparesBelowZero is PHP's "0 > amount". A text that is no number compares as text, and "" is below "0" (recordings:
// refund-empty-amount, refund-text).
func comparesBelowZero(amount rest.Value) bool {
	if text, ok := amount.(string); ok && !rest.IsNumeric(text) {
		return text < "0"
	}
	return rest.Float(amount) < 0
}

// refundAmount is the amount given, else the sum of lines and taxes, else nil.
func refundAmount(r *rest.Request, lines map[int64]refundLine) rest.Value {
	if amount := r.Param("amount"); amount != nil {
		return amount
	}
	if len(lines) == 0 {
		return sumOfUnnumberedLines(r.Param("line_items"))
	}
	sum := 0.0
	for _, element := range rest.Elements(r.Param("line_items")) {
		item := rest.AsObject(element)
		if item == nil || item.Value("refund_total") == nil || !rest.IsNumeric(item.Value("refund_total")) {
			return nil
		}
		sum += rest.Float(item.Value("refund_total"))
		for _, tax := range rest.Elements(item.Value("refund_tax")) {
			value := tax
			if entry := rest.AsObject(tax); entry != nil {
				value = entry.Value("refund_total")
			}
			if !rest.IsNumeric(value) {
				return nil
			}
			sum += rest.Float(value)
		}
	}
	return rest.FormatFloat(sum)
}

// sumOfUnnumberedLines is the amount of lines that name no line of the order. They count for the sum but refund nothing
// (recordings: refund-line-no-id).
func sumOfUnnumberedLines(posted rest.Value) rest.Value {
	if !rest.Truthy(posted) {
		return nil
	}
	sum := 0.0
	for _, element := range rest.Elements(posted) {
		item := rest.AsObject(element)
		if item == nil || !rest.IsNumeric(item.Value("refund_total")) {
			return nil
		}
		sum += rest.Float(item.Value("refund_total"))
	}
	return rest.FormatFloat(sum)
}

// refundLines reads which lines a refund is for. The schema does not cover the parameter, so any value may come.
func refundLines(posted rest.Value) (map[int64]refundLine, error) {
	if !rest.Truthy(posted) {
		return nil, nil
	}
	lines := map[int64]refundLine{}
	list, isList := posted.(rest.List)
	if !isList {
		// The keys are ids of lines: WooCommerce's internal form.
		object := rest.AsObject(posted)
		if object == nil {
			return nil, nil
		}
		for key, element := range object.All() {
			if item := rest.AsObject(element); item != nil {
				lines[rest.Int(key)] = refundLineOf(item)
			}
		}
		return lines, nil
	}
	for _, element := range list {
		item := rest.AsObject(element)
		if item == nil {
			return nil, core.ErrFatal
		}
		if item.Value("id") == nil {
			return nil, nil
		}
		lines[rest.Int(item.Value("id"))] = refundLineOf(item)
	}
	return lines, nil
}

func refundLineOf(item *rest.Object) refundLine {
	line := refundLine{quantity: item.Value("qty"), total: item.Value("refund_total")}
	if line.quantity == nil {
		line.quantity = item.Value("quantity")
	}
	taxes := item.Value("refund_tax")
	line.hasTaxes = rest.Truthy(taxes)
	if list, ok := taxes.(rest.List); ok {
		for _, element := range list {
			if tax := rest.AsObject(element); tax != nil {
				line.taxes = append(line.taxes, LineTax{RateID: rest.Int(tax.Value("id")),
					Total: rest.Text(tax.Value("refund_total"))})
			}
		}
	} else if object := rest.AsObject(taxes); object != nil {
		for id, total := range object.All() {
			line.taxes = append(line.taxes, LineTax{RateID: rest.Int(id), Total: rest.Text(total)})
		}
	}
	return line
}

func (c refunds) remove(r *rest.Request) (*rest.Response, error) {
	d, ok := c.document(r.Int("id"))
	if !ok {
		return nil, rest.Errorf(404, "woocommerce_rest_shop_order_refund_invalid_id", "Invalid ID.")
	}
	refund, err := c.ofOrder(r, d.ID)
	if err != nil {
		return nil, err
	}
	response := c.answer(r, refund)
	if !r.Bool("force") {
		return nil, rest.Errorf(500, "woocommerce_rest_cannot_delete", "The shop_order_refund cannot be deleted.")
	}
	c.clerk(r.Caller).removeRefund(refund)
	return response, nil
}
