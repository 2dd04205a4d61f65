package woo

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
)

// OrderStatuses asks a store for the statuses that its list of orders can be filtered by, without "wc-", in the store's
// order. "any", the trash and auto-drafts are not among them.
//
// A list that must be whole names these statuses, because the meaning of "any" differs between versions of WooCommerce.
// From 10.8 on "any" leaves out checkout-draft, and each status that a plugin registered with exclude_from_search. In
// 10.3 it took in the trash. "any" also overrides the statuses beside it, so the trash needs a request of its own.
// Auto-drafts cannot be asked for: order tables look for "wc-auto-draft" and find nothing, and the posts storage
// ignores a filter that names auto-draft alone.
//
// An order whose status nothing registers is in no list, whatever is named; it answers under its id.
//
// Every key may read the statuses. Before WooCommerce 9.9 they have no list of their own; the index of the API names
// them too, and is open to everybody.
func OrderStatuses(ctx context.Context, d Doer) ([]string, error) {
	res, err := d.Do(ctx, Request{Path: "orders/statuses"})
	if err == nil {
		if slugs := slugsIn(res.Body); len(slugs) > 0 {
			return slugs, nil
		}
	}
	if ctx.Err() != nil || err != nil && !answeredOtherwise(err) {
		return nil, err
	}
	res, err = d.Do(ctx, Request{Query: url.Values{"_fields": {"routes./wc/v3/orders.endpoints"}}})
	if err != nil {
		return nil, err
	}
	slugs := slugsInIndex(res.Body)
	if len(slugs) == 0 {
		return nil, &Error{
			Kind: KindShape, Method: http.MethodGet, Status: res.Status, Executed: NotExecuted, Err: errNoStatuses,
		}
	}
	return slugs, nil
}

const errNoStatuses = usageReason("neither orders/statuses nor the index of the API names the statuses of orders")

// answeredOtherwise says whether the store understood and has no such list, or takes "statuses" for an order's id, or
// refuses the path. The index may name the statuses then.
func answeredOtherwise(err error) bool {
	failure, ok := AsError(err)
	return ok && failure.Kind == KindAPI && failure.EffectiveStatus() < 500 &&
		failure.Status != http.StatusTooManyRequests
}

func slugsIn(body json.RawMessage) []string {
	var list []struct {
		Slug string `json:"slug"`
	}
	if json.Unmarshal(body, &list) != nil {
		return nil
	}
	var slugs []string
	for _, status := range list {
		slugs = appendStatus(slugs, status.Slug)
	}
	return slugs
}

// slugsInIndex takes the values that the list's status parameter accepts.
func slugsInIndex(body json.RawMessage) []string {
	var index struct {
		Routes map[string]struct {
			Endpoints []struct {
				Methods []string `json:"methods"`
				Args    map[string]struct {
					Enum  []string `json:"enum"`
					Items struct {
						Enum []string `json:"enum"`
					} `json:"items"`
				} `json:"args"`
			} `json:"endpoints"`
		} `json:"routes"`
	}
	if json.Unmarshal(body, &index) != nil {
		return nil
	}
	var slugs []string
	for _, endpoint := range index.Routes["/wc/v3/orders"].Endpoints {
		if !slices.Contains(endpoint.Methods, http.MethodGet) {
			continue
		}
		status := endpoint.Args["status"]
		for _, slug := range append(status.Enum, status.Items.Enum...) {
			slugs = appendStatus(slugs, slug)
		}
	}
	return slugs
}

func appendStatus(slugs []string, slug string) []string {
	switch slug {
	case "", StatusAny, StatusTrash, StatusAutoDraft:
		return slugs
	}
	if slices.Contains(slugs, slug) {
		return slugs
	}
	return append(slugs, slug)
}
