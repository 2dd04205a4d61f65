package evidence

import (
	"net/http"
	"slices"
	"strings"
)

// A store counts its records in two ways: by the lists that the API gives, and in its reports. A plugin that takes
// records out of lists leaves the reports as they are.

// usual are the statuses of orders that every list of status "any" has.
var usual = OwnStatuses[:7]

// Totals are what a report says of a kind of record: how many there are, by their status or type.
func Totals(x *Exchange) (totals map[string]int, known bool) {
	if x == nil || x.Status != http.StatusOK || x.Body.Count <= 0 {
		return nil, false
	}
	var rows []struct {
		Slug  string `json:"slug"`
		Total int    `json:"total"`
	}
	ReadJSON(x, &rows)
	totals = map[string]int{}
	for _, row := range rows {
		totals[strings.TrimPrefix(row.Slug, "wc-")] += row.Total
	}
	return totals, len(totals) > 0
}

// OrdersCounted is how many orders of the usual statuses the store's report counts; known is false where it says
// nothing. Asked twice, the smaller number counts: orders come and go meanwhile.
func (f *View) OrdersCounted() (n int, known bool) {
	for _, x := range []*Exchange{f.OrderReport(), f.Get(TotalsOrdersAgain)} {
		totals, told := Totals(x)
		if !told {
			continue
		}
		sum := 0
		for _, status := range usual {
			sum += totals[status]
		}
		if !known || sum < n {
			n, known = sum, true
		}
	}
	return n, known
}

// OrdersListed is how many of these orders the lists have: the most that any answer shows.
func (f *View) OrdersListed() (n int, known bool) {
	return mostOf(f.Get(ListOrders), f.Get(CountUsual))
}

// ProductsCounted is how many products the store's report counts, those that are published.
func (f *View) ProductsCounted() (n int, known bool) {
	totals, known := Totals(f.Get(TotalsProducts))
	for _, total := range totals {
		n += total
	}
	return n, known
}

// ProductsListed is how many products of every status the list has.
func (f *View) ProductsListed() (n int, known bool) { return mostOf(f.Get(ListProducts)) }

func mostOf(lists ...*Exchange) (n int, known bool) {
	for _, x := range lists {
		if IsList(x) && SaysTotal(x) && Total(x) >= 0 {
			n, known = max(n, Total(x), x.Records()), true
		}
	}
	return n, known
}

// OwnerUnlisted reports that the list of users of every role is whole and lacks the key's own user, who is one of them.
// In a network he need not be a member of the site.
func (f *View) OwnerUnlisted() bool {
	list := f.Get(ListCustomers)
	records, ok := ReadList(list)
	if multisite, known := f.Multisite(); !ok || !known || multisite || !f.Owner.Known || Total(list) < 0 ||
		Total(list) > len(records) || len(records) >= PageSize {
		return false
	}
	return !slices.ContainsFunc(records, func(r Record) bool { return r.ID == f.Owner.ID })
}

// ShortTotal is a list that says it has fewer records than it gives.
func (f *View) ShortTotal() *Exchange {
	for _, x := range f.With(Lists) {
		if total := Total(x); total >= 0 && x.Records() > total {
			return x
		}
	}
	return nil
}

// UsualStatuses is the value that asks for the usual statuses by their names.
func UsualStatuses() string { return strings.Join(usual, ",") }
