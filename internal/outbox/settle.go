package outbox

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/storage"
)

// withoutBefore gives a write that certainly did not run the version back that its caller saw. Changes until the write
// is sent again are then judged by that version.
func (b *Outbox) withoutBefore(w intent.Write) intent.Write {
	b.mu.Lock()
	defer b.mu.Unlock()
	seen, replaced := b.seen[w.ID]
	delete(b.seen, w.ID)
	if replaced && w.State == intent.Pending && w.Lost == 0 {
		w.Base = seen
	}
	return w
}

// settle stores outcomes and counts them in round.
func (b *Outbox) settle(ctx context.Context, claim storage.Claim, round *Round, settled ...Settlement) error {
	if len(settled) == 0 {
		return nil
	}
	// The outcome of a request that has left must be saved even during a shutdown: a few milliseconds of local work
	// save a look-up on the store.
	ctx = context.WithoutCancel(ctx)
	for i := range settled {
		w := namesWide(b.withoutBefore(settled[i].Write))
		if w.State == intent.Done {
			// The mirror did not know of the write until now. Writes that were accepted meanwhile are based on the
			// version before.
			w.DoneAt = b.opts.Now().UTC()
		}
		settled[i].Write = w
	}
	if err := b.repo.SettleWrites(ctx, claim, settled); err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, s := range settled {
		switch s.Write.State {
		case intent.Done:
			round.Done++
		case intent.Rejected:
			round.Rejected++
		case intent.Parked:
			round.Parked++
		case intent.Unknown:
			round.Unknown++
		default:
			round.Waiting++
		}
	}
	return nil
}

// namesWide adds a possible cause to the reason of a write that failed, or of which something was ignored: a character
// of four bytes. Tables in utf8mb3 refuse it, and no answer says so (docs/woocommerce/orders.md#meta-not-kept).
func namesWide(w intent.Write) intent.Write {
	r := w.Reason
	if r == nil || strings.Contains(r.Message, wideTables) || !failedInTable(w) {
		return w
	}
	path, wide := wideIn("", w.Body)
	if wide == 0 {
		return w
	}
	reason := *r
	reason.Message += fmt.Sprintf("; likely cause: %s holds %c, a character of four bytes, and the store's tables are "+
		"in utf8, which refuses it. Leave it out, or have the tables changed to %s", path, wide, wideTables)
	w.Reason = &reason
	return w
}

const wideTables = "utf8mb4"

// failedInTable says whether a row that the database refused can explain the outcome of a write.
func failedInTable(w intent.Write) bool {
	r := w.Reason
	switch w.State {
	case intent.Parked:
		return r.Code == intent.CodeVanished || r.Code == intent.CodeTooManyTries && r.Status != 0
	case intent.Rejected:
		return r.Status >= http.StatusInternalServerError || strings.HasPrefix(r.Code, "db_") ||
			strings.Contains(strings.ToLower(r.Message), "database")
	case intent.Done:
		for _, f := range r.Fields {
			kept, _, _ := strings.Cut(f.Message, " in place of ") // in the form in which package compare says it
			_, wide := wideRune(f.Field + f.Message)
			if _, stored := wideRune(kept); wide && !stored {
				return true
			}
		}
	}
	return false
}

// wideIn returns the path of the first character of four bytes in a value, and the character; 0 when there is none.
func wideIn(path string, raw json.RawMessage) (string, rune) {
	switch document.Kind(raw) {
	case '"':
		var text string
		if json.Unmarshal(raw, &text) == nil {
			if r, wide := wideRune(text); wide {
				return path, r
			}
		}
	case '[':
		var list []json.RawMessage
		if json.Unmarshal(raw, &list) == nil {
			for i, item := range list {
				if at, r := wideIn(fmt.Sprintf("%s[%d]", path, i), item); r != 0 {
					return at, r
				}
			}
		}
	case '{':
		o, _ := document.Parse(raw) // its first character is {; a broken object has no members
		for _, name := range document.SortedKeys(o) {
			if at, r := wideIn(strings.TrimPrefix(path+"."+name, "."), o[name]); r != 0 {
				return at, r
			}
		}
	}
	return "", 0
}

func wideRune(text string) (rune, bool) {
	const widest = 0xFFFF // the last character of three bytes
	for _, r := range text {
		if r > widest {
			return r, true
		}
	}
	return 0, false
}
