package dashboard_test

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// TestAnOrderIsFoundAndChangedByKeyboard does what a person does without a mouse: search, walk through a list, open an
// order, change it, say yes.
func TestAnOrderIsFoundAndChangedByKeyboard(t *testing.T) {
	t.Parallel()
	s := stagedFor(t)
	w := open(t, s.URL())
	w.visit("/")
	w.press("?")
	w.until("the help", `document.querySelector("#keys").open`)
	w.press(kb.Escape)
	w.until("the help to go", `!document.querySelector("#keys").open`)
	w.press("g", "w")
	w.until("the writes", `location.pathname == "/writes" && document.readyState == "complete"`)
	w.press("g", "o")
	w.until("the orders", `location.pathname == "/orders" && document.readyState == "complete"`)
	w.press("j", "j", "k", kb.Enter)
	w.until("an order", `/^\/shops\/[^/]+\/orders\/\d+$/.test(location.pathname) && document.readyState == "complete"`)

	id, err := s.Order(t.Context(), "harbour-books")
	w.ok(err)
	w.ok(s.Sync(t.Context(), "harbour-books"))
	w.press("/")
	w.until("the search", `document.activeElement.id == "find"`)
	w.press(fmt.Sprint(id), kb.Enter)
	path := fmt.Sprintf("/shops/harbour-books/orders/%d", id)
	w.until("what was found", fmt.Sprintf(
		`(location.pathname == "/search" || location.pathname == %q) && document.readyState == "complete"`, path))
	if eval[string](w, "location.pathname") != path {
		w.visit(path) // other shops have an order of that number too
	}
	w.until("the order", fmt.Sprintf(`location.pathname == %q && document.readyState == "complete"`, path))
	w.tabTo(`input[name=note]`)
	w.press("left at the quay", kb.Enter)
	w.shows("Add this note?")
	w.tabTo(`main button`)
	w.press(kb.Enter)
	w.shows("The note is accepted.")
	w.clean("the story by keyboard")
}

// tabTo presses the tabulator until something has the focus.
func (w *window) tabTo(selector string) {
	w.Helper()
	for range 200 {
		if eval[bool](w, fmt.Sprintf("document.activeElement.matches(%q)", selector)) {
			return
		}
		w.press(kb.Tab)
	}
	w.Fatalf("the tabulator does not lead to %s", selector)
}
