package taxes

import (
	"cmp"
	"slices"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// taxes is the controller of /taxes.
type taxes struct{ *Store }

func (c taxes) register(server *rest.Server) {
	may := func(action capability.Action, message string) rest.Permission {
		return c.MayAll(capability.Taxes, action, message)
	}
	class := map[string]rest.ArgRule{"class": {Enum: c.classNames}}
	server.Register(rest.Route{Pattern: `/wc/v3/taxes`, Endpoints: []rest.Endpoint{
		{Methods: rest.Readable, Permission: may(capability.List, core.CannotList), Handler: c.list, Rules: class},
		{Methods: rest.Creatable, Permission: may(capability.Create, core.CannotCreate), Handler: c.create,
			Rules: class},
	}})
	server.Register(rest.Route{Pattern: `/wc/v3/taxes/(?P<id>[\d]+)`, Endpoints: []rest.Endpoint{
		{Methods: rest.Readable, Permission: may(capability.Get, core.CannotView), Handler: c.get},
		{Methods: rest.Editable, Permission: may(capability.Update, core.CannotEdit), Handler: c.update, Rules: class},
		{Methods: rest.Deletable, Permission: may(capability.Delete, core.CannotDelete), Handler: c.remove},
	}})
	server.Register(rest.Route{Pattern: `/wc/v3/taxes/batch`, Endpoints: []rest.Endpoint{
		{Methods: rest.Editable, Permission: may(capability.Batch, core.CannotBatch), Handler: c.batch, Rules: class},
	}})
}

// classNames are the classes that a request may name.
func (c taxes) classNames() rest.List {
	names := rest.List{"standard"}
	for _, class := range c.taxClasses {
		names = append(names, class.Slug)
	}
	return names
}

func (c taxes) list(r *rest.Request) (*rest.Response, error) {
	matching := c.matching(r)
	perPage, offset := int(r.Int("per_page")), int(r.Int("offset"))
	if offset == 0 {
		offset = int(core.StartOfPage(r.Int("page"), int64(perPage)))
	}
	from := min(max(offset, 0), len(matching))
	page := matching[from:min(from+perPage, len(matching))]
	items := make(rest.List, len(page))
	for i, rate := range page {
		items[i] = rest.Item{Data: taxRateJSON(rate), Links: taxRateLinks(r, rate)}
	}
	response := &rest.Response{Body: items}
	// An offset counts in pages here too.
	core.PaginateAt(r, response, "/wc/v3/taxes", core.PageOf(r), len(matching), rest.Pages(len(matching), perPage))
	return response, nil
}

// matching are the rates of a list, on all its pages. Rates with equal keys are in the order of their ids, whatever the
// direction.
func (c taxes) matching(r *rest.Request) []*TaxRate {
	class := r.Text("class")
	var matching []*TaxRate
	for rate := range c.TaxRates.All() {
		if class == "" || rate.Class == class || class == "standard" && rate.Class == "" {
			matching = append(matching, rate)
		}
	}
	key := map[string]func(*TaxRate) int64{
		"id":       func(t *TaxRate) int64 { return t.ID },
		"order":    func(t *TaxRate) int64 { return t.Order },
		"priority": func(t *TaxRate) int64 { return t.Priority },
	}[r.Text("orderby")]
	descending := r.Text("order") == "desc"
	slices.SortStableFunc(matching, func(a, b *TaxRate) int {
		if descending {
			a, b = b, a
		}
		return cmp.Compare(key(a), key(b))
	})
	return matching
}

func errNoTaxRate(status int) error {
	return rest.Errorf(status, "woocommerce_rest_invalid_id", "Invalid resource ID.")
}

func (c taxes) get(r *rest.Request) (*rest.Response, error) {
	rate, ok := c.TaxRates.Get(r.Int("id"))
	if !ok {
		return nil, errNoTaxRate(404)
	}
	return c.answer(r, rate), nil
}

func (c taxes) answer(r *rest.Request, rate *TaxRate) *rest.Response {
	return &rest.Response{Body: taxRateJSON(rate), Links: taxRateLinks(r, rate)}
}

func (c taxes) create(r *rest.Request) (*rest.Response, error) {
	if err := joinPlaces(r); err != nil {
		return nil, err
	}
	if rest.Truthy(r.Param("id")) {
		return nil, rest.Errorf(400, "woocommerce_rest_tax_exists", "Cannot create existing resource.")
	}
	rate, err := c.saveTaxRate(nil, r)
	if err != nil {
		return nil, err
	}
	response := c.answer(r, rate)
	response.Status = 201
	response.SetHeader("Location", r.RESTURL("/wc/v3/taxes/"+core.Itoa(rate.number())))
	return response, nil
}

func (c taxes) update(r *rest.Request) (*rest.Response, error) {
	if err := joinPlaces(r); err != nil {
		return nil, err
	}
	rate, ok := c.TaxRates.Get(r.Int("id"))
	if !ok {
		return nil, errNoTaxRate(404)
	}
	if _, err := c.saveTaxRate(rate, r); err != nil {
		return nil, err
	}
	return c.answer(r, rate), nil
}

func (c taxes) remove(r *rest.Request) (*rest.Response, error) {
	if !r.Bool("force") {
		return nil, rest.Errorf(501, "woocommerce_rest_trash_not_supported", "Taxes do not support trashing.")
	}
	rate, ok := c.TaxRates.Get(r.Int("id"))
	if !ok {
		return nil, errNoTaxRate(400)
	}
	c.TaxRates.Delete(rate)
	c.InvalidateRendered()
	return c.answer(r, rate), nil
}

func (c taxes) batch(r *rest.Request) (*rest.Response, error) {
	may := func(action capability.Action, message string) rest.Permission {
		return c.MayAll(capability.Taxes, action, message)
	}
	return rest.Batch(r, rest.BatchOperations{
		CreatePermission: may(capability.Create, core.CannotCreate),
		UpdatePermission: may(capability.Update, core.CannotEdit),
		DeletePermission: may(capability.Delete, core.CannotDelete),
		Create:           c.create,
		Update:           c.update,
		Delete:           c.remove,
		CreateDefaults: rest.NewObject("priority", int64(1), "compound", false, "shipping", true, "class",
			"standard"),
	})
}

// number is the id of a rate; 0 for a rate that the database refused.
func (t *TaxRate) number() int64 {
	if t == nil {
		return 0
	}
	return t.ID
}

// taxRateJSON shows a rate. Nil is a rate that the database refused.
func taxRateJSON(t *TaxRate) *rest.Object {
	orNull := func(text string) rest.Value {
		if t == nil {
			return nil
		}
		return text
	}
	shown := TaxRate{}
	if t != nil {
		shown = *t
	}
	class := shown.Class
	if class == "" {
		class = "standard"
	}
	return rest.NewObject(
		"id", shown.ID,
		"country", orNull(shown.Country),
		"state", orNull(shown.State),
		"postcode", lastOf(shown.Postcodes),
		"city", lastOf(shown.Cities),
		"rate", orNull(shown.Rate),
		"name", orNull(shown.Name),
		"priority", shown.Priority,
		"compound", shown.Compound,
		"shipping", shown.Shipping,
		"order", shown.Order,
		"class", class,
		"postcodes", textsJSON(shown.Postcodes),
		"cities", textsJSON(shown.Cities),
	)
}

// lastOf is what the old members postcode and city show: the last of several places.
func lastOf(places []string) string {
	if len(places) == 0 {
		return ""
	}
	return places[len(places)-1]
}

func textsJSON(texts []string) rest.List {
	list := make(rest.List, len(texts))
	for i, text := range texts {
		list[i] = text
	}
	return list
}

func taxRateLinks(r *rest.Request, t *TaxRate) []rest.Link {
	return []rest.Link{
		{Rel: "self", Href: r.RESTURL("/wc/v3/taxes/" + core.Itoa(t.number()))},
		{Rel: "collection", Href: r.RESTURL("/wc/v3/taxes")},
	}
}
