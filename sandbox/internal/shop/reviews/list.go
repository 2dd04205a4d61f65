package reviews

import (
	"cmp"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// list answers GET /products/reviews: WordPress's own query for comments.
func (c reviews) list(r *rest.Request) (*rest.Response, error) {
	matching := c.matchingReviews(r)
	perPage := r.Int("per_page")
	page := core.SlicePage(matching, r)
	items := make(rest.List, len(page))
	edit := r.Text("context") == "edit"
	for i, v := range page {
		items[i] = rest.Item{Data: c.reviewJSON(r, v, edit), Links: reviewLinks(r, v)}
	}
	response := &rest.Response{Body: items}
	rest.Paginate(r, response, "/wc/v3/products/reviews", len(matching), rest.Pages(len(matching), int(perPage)))
	return response, nil
}

func (c reviews) matchingReviews(r *rest.Request) []*Review {
	statuses := map[string]bool{r.Text("status"): true}
	switch r.Text("status") {
	case "all", "":
		statuses = map[string]bool{"approved": true, "hold": true}
	}
	include, exclude := r.Ints("include"), core.IDSet(r.Ints("exclude"))
	if r.Text("orderby") == "include" && len(include) == 0 {
		return nil // FIELD() without a list is no SQL: the query fails and finds nothing
	}
	products := core.IDSet(r.Ints("product"))
	// Reviewers are no users, so their user id is 0.
	reviewer, excluded := r.Ints("reviewer"), r.Ints("reviewer_exclude")
	byStrangers := (len(reviewer) == 0 || slices.Contains(reviewer, 0)) && !slices.Contains(excluded, 0)
	email, search := r.Text("reviewer_email"), r.Text("search")
	after, hasAfter := c.catalogue.WallLimit(r.Param("after"))
	before, hasBefore := c.catalogue.WallLimit(r.Param("before"))
	var matching []*Review
	for v := range c.Reviews.All() {
		if statuses[v.Status] && byStrangers && !exclude[v.ID] &&
			(len(include) == 0 || slices.Contains(include, v.ID)) &&
			(products == nil || products[v.ProductID]) &&
			(email == "" || core.CollationKey(v.Email) == core.CollationKey(email)) &&
			(!hasAfter || v.Created.Wall.After(after)) && (!hasBefore || v.Created.Wall.Before(before)) &&
			(search == "" || v.contains(search)) {
			matching = append(matching, v)
		}
	}
	sortReviews(matching, r.Text("orderby"), r.Text("order") == "asc", include)
	return matching
}

// contains is WordPress's search in comments.
func (v *Review) contains(text string) bool {
	return core.ContainsFold(v.Reviewer, text) || core.ContainsFold(v.Email, text) ||
		strings.Contains(v.Address, text) ||
		core.ContainsFold(v.Content, text)
}

func sortReviews(list []*Review, orderBy string, ascending bool, include []int64) {
	direction := -1
	if ascending {
		direction = 1
	}
	slices.SortStableFunc(list, func(a, b *Review) int {
		byID := cmp.Compare(a.ID, b.ID)
		switch orderBy {
		case "id":
			return direction * byID
		case "include":
			return cmp.Compare(slices.Index(include, a.ID), slices.Index(include, b.ID))
		case "product":
			return cmp.Or(direction*cmp.Compare(a.ProductID, b.ProductID), -byID)
		case "date":
			return direction * cmp.Or(a.Created.Wall.Compare(b.Created.Wall), byID)
		}
		return direction * cmp.Or(a.Created.Instant.Compare(b.Created.Instant), byID)
	})
}
