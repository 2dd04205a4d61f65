package dashboard_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"
)

func TestAnOrderAppearsWithoutReloading(t *testing.T) {
	t.Parallel()
	s := stagedFor(t)
	w := open(t, s.URL())
	w.visit("/orders?store=lantern-tea")
	w.until("the stream of changes", `!document.querySelector(".live").hidden`)
	// What is lost when the page is loaded anew: a variable, the focus, what is typed.
	eval[bool](w, `window.here = true; document.querySelector("[name=q]").focus(); true`)
	w.press("A", "d", "a")
	began := time.Now()
	id, err := s.Order(t.Context(), "lantern-tea")
	w.ok(err)
	w.until("the new order", fmt.Sprintf(`!!document.querySelector("#order-%d.changed")`, id))
	t.Logf("an order appeared after %s", time.Since(began).Round(time.Millisecond))
	if kept := eval[bool](w, `window.here && document.activeElement.name == "q" &&
		document.activeElement.value == "Ada"`); !kept {
		t.Error("the page, its focus or what was typed is lost")
	}
	w.clean("a live page")
	// Paused, nothing moves; going on, what happened meanwhile is there.
	eval[bool](w, `document.activeElement.blur(); document.querySelector("#pause").click(); true`)
	w.shows("Paused")
	_, err = s.Put(t.Context(), "lantern-tea", http.MethodPut, fmt.Sprintf("orders/%d", id),
		map[string]any{"status": "cancelled"})
	w.ok(err)
	w.ok(s.Sync(t.Context(), "lantern-tea"))
	if moved := eval[bool](w, fmt.Sprintf(`document.querySelector("#order-%d").innerText.includes("cancelled")`,
		id)); moved {
		t.Error("a paused page has moved")
	}
	eval[bool](w, `document.querySelector("#pause").click(); true`)
	w.until("the change", fmt.Sprintf(`document.querySelector("#order-%d").innerText.includes("cancelled")`, id))
}
