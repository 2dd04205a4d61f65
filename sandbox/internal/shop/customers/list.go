package customers

import (
	"cmp"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/sandbox/internal/identity"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// list answers GET /customers: WordPress's query for users.
func (c customers) list(r *rest.Request) (*rest.Response, error) {
	matching := c.matchingUsers(r)
	perPage := r.Int("per_page")
	page := core.SlicePage(matching, r)
	items := make(rest.List, len(page))
	for i, u := range page {
		items[i] = rest.Item{Data: c.customerJSON(r, u), Links: customerLinks(r, u)}
	}
	response := &rest.Response{Body: items}
	core.PaginateAt(r, response, "/wc/v3/customers", core.PageOf(r), len(matching),
		rest.Pages(len(matching), int(perPage)))
	return response, nil
}

func (c customers) matchingUsers(r *rest.Request) []*identity.User {
	include, exclude := r.Ints("include"), core.IDSet(r.Ints("exclude"))
	role, email, search := r.Text("role"), r.Text("email"), core.SearchText(r)
	var matching []*identity.User
	for u := range c.Members() {
		chosen := !exclude[u.ID]
		if len(include) > 0 {
			chosen = slices.Contains(include, u.ID) // then nothing is excluded
		}
		if chosen && (role == "all" || u.Is(role)) &&
			(email == "" && (search == "" || foundUser(u, search)) || email != "" &&
				core.CollationKey(u.Email) == core.CollationKey(email)) {
			matching = append(matching, u)
		}
	}
	sortUsers(matching, r.Text("orderby"), r.Text("order") == "asc", include)
	return matching
}

// foundUser is WordPress's search for users. The form of the text decides which fields it looks at.
func foundUser(u *identity.User, text string) bool {
	switch {
	case strings.Contains(text, "@"):
		return core.ContainsFold(u.Email, text)
	case rest.IsNumeric(text):
		return core.ContainsFold(u.Login, text) || core.Itoa(u.ID) == text
	case strings.HasPrefix(text, "http://"), strings.HasPrefix(text, "https://"):
		return core.ContainsFold(u.URL, text)
	}
	for _, field := range []string{u.Login, u.URL, u.Email, u.Nicename, u.DisplayName} {
		if core.ContainsFold(field, text) {
			return true
		}
	}
	return false
}

func sortUsers(list []*identity.User, orderBy string, ascending bool, include []int64) {
	direction := 1
	if !ascending {
		direction = -1
	}
	slices.SortStableFunc(list, func(a, b *identity.User) int {
		switch {
		case orderBy == "id":
			return direction * cmp.Compare(a.ID, b.ID)
		case orderBy == "registered_date":
			return direction * a.Registered.Compare(b.Registered)
		case orderBy == "include" && len(include) > 0:
			return cmp.Compare(slices.Index(include, a.ID), slices.Index(include, b.ID))
		case orderBy == "include":
			return direction * core.CompareNames(a.Login, b.Login)
		}
		return direction * core.CompareNames(a.DisplayName, b.DisplayName)
	})
}
