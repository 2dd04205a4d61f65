package evidence

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// PagedList is a list that is read page by page, with the scope that reads it.
type PagedList struct {
	Name  string
	Route string // below wc/v3
	Scope Scope
}

// Paged are these lists.
var Paged = []PagedList{
	{"orders", "orders", OrdersRead}, {"products", "products", ProductsRead},
	{"customers", "customers", CustomersRead},
	{"coupons", "coupons", CouponsRead}, {"terms", "products/categories", TermsRead},
}

// DeepPage is the probe of a further page of a list.
func DeepPage(name string, page int) Probe { return Deep.Of(fmt.Sprintf("%s.%d", name, page)) }

// DeepOffset is the probe of the same place, named by its position.
func DeepOffset(name string) Probe { return Deep.Of(name + ".offset") }

// Unheeded reports that an answer for a later place of a list holds the record that the list begins with: whatever
// place is asked for, the list is given from its beginning (docs/woocommerce/lists.md#positions-unheeded). Records that
// are made meanwhile move that record by one place each, and the place asked for is a whole page away.
func Unheeded(list, later *Exchange) bool {
	first, ok := ReadList(list)
	records, read := ReadList(later)
	return ok && read && len(first) > 0 &&
		slices.ContainsFunc(records, func(r Record) bool { return r.ID == first[0].ID })
}

// IsList reports a list, of no records too.
func IsList(x *Exchange) bool {
	return IsJSON(x) && x.Status == http.StatusOK && x.Body.Count >= 0
}

// Records is how many records a list came with; 0 for what is none.
func (x *Exchange) Records() int {
	if x == nil || x.Status != http.StatusOK {
		return 0
	}
	return max(0, x.Body.Count)
}

// PagesShown is how many pages a list says it has; -1 when it does not say.
func PagesShown(x *Exchange) int {
	if x == nil {
		return -1
	}
	n, err := strconv.Atoi(strings.TrimSpace(x.Header.Get("X-Wp-Totalpages")))
	if err != nil {
		return -1
	}
	return n
}

// CutShort reports a page of 100 that holds fewer records although the list has more, and says itself that it has more
// pages than a list of its length has in pages of 100.
func CutShort(x *Exchange) bool {
	total := Total(x)
	return x != nil && x.Status == http.StatusOK && x.Body.Count > 0 && x.Body.Count < min(PageSize, total) &&
		strings.Contains(x.Request.URL, fmt.Sprintf("per_page=%d", PageSize)) &&
		PagesShown(x) > (total+PageSize-1)/PageSize
}
