package compare_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/waybillhq/waybill/internal/outbox/internal/compare"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/storage"
)

func TestAPictureIsKnownAsTakenByItsAttachment(t *testing.T) {
	t.Parallel()
	const old = `{"id":7,"src":"https://s.example/u/old.jpg","alt":""}`
	sent := func(file string) string { return fmt.Sprintf(`[{"src":"https://x.example/%s"}]`, file) }
	has := func(file string) string { return fmt.Sprintf(`[{"id":9,"src":"https://s.example/u/%s"}]`, file) }
	for name, c := range map[string]struct {
		sent, before, now string
		taken             bool
	}{
		"taken":                   {sent("i6.png"), `[]`, has("i6.png"), true},
		"taken under a number":    {sent("i6.png"), `[]`, has("i6-1-scaled.jpg"), true},
		"odd name":                {sent("My%20Pic(1).png?v=3"), `[]`, has("My-Pic1.png"), false},
		"blanks":                  {sent("My%20Pic.png?v=3"), `[]`, has("My-Pic.png"), true},
		"as before":               {sent("i6.png"), `[]`, `[]`, false},
		"the same name of before": {sent("old.jpg"), `[` + old + `]`, `[` + old + `]`, false},
		"another picture":         {sent("i6.png"), `[]`, has("i61.png"), false},
		"kept and added": {`[{"id":7},{"src":"https://x.example/i6.png","alt":"A"}]`, `[` + old + `]`,
			`[` + old + `,{"id":9,"src":"https://s.example/u/i6.png","alt":"A"}]`, true},
		"kept and added, another alt": {`[{"id":7},{"src":"https://x.example/i6.png","alt":"A"}]`, `[` + old + `]`,
			`[` + old + `,{"id":9,"src":"https://s.example/u/i6.png","alt":""}]`, false},
	} {
		w := intent.Write{Action: intent.Update, Resource: storage.Products, RecordID: 3,
			Body: json.RawMessage(`{"images":` + c.sent + `}`),
			Base: json.RawMessage(`{"id":3,"images":` + c.before + `}`)}
		if got := compare.Reflects(w, json.RawMessage(`{"id":3,"images":`+c.now+`}`), false); got != c.taken {
			t.Errorf("%s: taken %t", name, got)
		}
	}
	w := intent.Write{Action: intent.Update, Resource: storage.Variations, RecordID: 3,
		Body: json.RawMessage(`{"image":{"src":"https://x.example/i6.png"}}`),
		Base: json.RawMessage(`{"id":3,"image":` + old + `}`)}
	for now, taken := range map[string]bool{old: false, `{"id":9,"src":"https://s.example/u/i6.png"}`: true} {
		if got := compare.Reflects(w, json.RawMessage(`{"id":3,"image":`+now+`}`), false); got != taken {
			t.Errorf("a variation with %s: taken %t", now, got)
		}
	}
}
