package webhook

import (
	"cmp"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

// list answers GET /webhooks with WooCommerce's own query and its oddities (measured on 10.0.2). The offset is ignored,
// and any offset switches paging off (recordings: wh-list-offset). Pages of one record count as one page. A list with
// after or before is empty, because the database cannot read dates with a "T" in them.
func (h *Hooks) list(r *rest.Request) (*rest.Response, error) {
	matching := h.matching(r)
	perPage := int(r.Int("per_page"))
	pages := 1
	if perPage > 1 {
		pages = rest.Pages(len(matching), perPage)
	}
	start := 0
	if rest.Truthy(r.Param("offset")) {
		if r.Given("page") {
			r.Set("page", int64(1))
		}
	} else {
		start = (max(int(r.Int("page")), 1) - 1) * perPage
	}
	start = min(start, len(matching))
	items := rest.List{}
	for _, w := range matching[start:min(start+perPage, len(matching))] {
		items = append(items, rest.Item{Data: h.json(r, w), Links: links(r, w)})
	}
	response := &rest.Response{Body: items}
	rest.Paginate(r, response, "/wc/v3/webhooks", len(matching), pages)
	return response, nil
}

// matching are the webhooks a request asks for, in its order. Of equal ones the older comes first.
func (h *Hooks) matching(r *rest.Request) []*Webhook {
	if r.Text("after") != "" || r.Text("before") != "" {
		return nil
	}
	status, include, exclude := r.Text("status"), listed(r, "include"), listed(r, "exclude")
	search := strings.ToLower(wptext.SanitizeTextField(r.Text("search")))
	var matching []*Webhook
	for _, w := range h.state.webhooks {
		if (status == "" || status == "all" || w.Status == status) &&
			(len(include) == 0 || slices.Contains(include, w.ID)) && !slices.Contains(exclude, w.ID) &&
			strings.Contains(strings.ToLower(w.Name), search) {
			matching = append(matching, w)
		}
	}
	compare := func(a, b *Webhook) int { return a.Created.Compare(b.Created) }
	switch r.Text("orderby") {
	case "id":
		compare = func(a, b *Webhook) int { return cmp.Compare(a.ID, b.ID) }
	case "title":
		compare = func(a, b *Webhook) int { return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) }
	}
	slices.SortStableFunc(matching, func(a, b *Webhook) int {
		if r.Text("order") == "asc" {
			return compare(a, b)
		}
		return compare(b, a)
	})
	return matching
}

// listed are the ids of a parameter. A single zero counts as none, because it is empty to PHP.
func listed(r *rest.Request, name string) []int64 {
	ids := r.Ints(name)
	if len(ids) == 1 && ids[0] == 0 {
		return nil
	}
	return ids
}
