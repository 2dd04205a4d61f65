package core

import "github.com/waybillhq/waybill/sandbox/internal/rest"

// PageOf is the page that a list shows. With an offset it is the first page that begins at the offset or after it.
func PageOf(r *rest.Request) int {
	perPage := max(r.Int("per_page"), 1)
	if offset := r.Param("offset"); rest.Truthy(offset) {
		return int((AbsInt(offset)+perPage-1)/perPage) + 1
	}
	return int(max(r.Int("page"), 1))
}

// PaginateAt is rest.Paginate for a list that an offset may have cut. Its links go out from the given page.
func PaginateAt(r *rest.Request, response *rest.Response, collection string, page, total, pages int) {
	at := *r
	at.URL = r.URL.Clone()
	query := r.Query.Clone()
	query.Set("page", int64(page))
	at.Query = query
	rest.Paginate(&at, response, collection, total, pages)
}

// Paged is the page of a list that a filter asks for.
func Paged[R any](matching []R, f ListFilter) []R {
	start := f.Skip()
	if start >= int64(len(matching)) || start < 0 {
		return nil
	}
	return matching[start:min(start+f.PerPage, int64(len(matching)))]
}

// SlicePage cuts out of a list what the parameters page, per_page and offset ask for. An offset of zero counts as none.
func SlicePage[R any](matching []R, r *rest.Request) []R {
	perPage := r.Int("per_page")
	start := StartOfPage(r.Int("page"), perPage)
	if offset := r.Param("offset"); rest.Truthy(offset) {
		start = AbsInt(offset)
	}
	if start < 0 || start >= int64(len(matching)) {
		return nil
	}
	return matching[start:min(start+perPage, int64(len(matching)))]
}

// Counted is the answer of a list without pages.
func Counted(items rest.List) *rest.Response {
	response := &rest.Response{Body: items}
	response.SetHeader("X-WP-Total", Itoa(int64(len(items))))
	response.SetHeader("X-WP-TotalPages", Itoa(int64(min(len(items), 1))))
	return response
}
