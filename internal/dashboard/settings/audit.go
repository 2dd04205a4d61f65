package settings

import (
	"encoding/csv"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/dashboard/frame"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/wire"
)

var auditView = view("audit")

// auditPage is what the page shows.
type auditPage struct {
	Actor        string
	Rows         []wire.AuditEntry
	Older, Newer string
	File         string
}

const (
	entriesAPage  = 50
	entriesAtMost = 10_000
)

func (p *pages) audit(v *frame.Visit) error {
	page := auditPage{Actor: v.Text("actor")}
	before, _ := strconv.ParseInt(v.Text("before"), 10, 64) // no number is the newest
	entries, err := p.Keeper.Audit(v.Context(), v.Session.Caller,
		storage.AuditQuery{Actor: page.Actor, BeforeSeq: max(before, 0), Limit: entriesAPage + 1})
	if err != nil {
		return err
	}
	names, err := p.Keeper.GroupNames(v.Context(), v.Session.Caller)
	if err != nil {
		return err
	}
	at := func(path string, pairs ...string) string {
		q := url.Values{}
		for i := 0; i+1 < len(pairs); i += 2 {
			if pairs[i+1] != "" {
				q.Set(pairs[i], pairs[i+1])
			}
		}
		return strings.TrimSuffix(path+"?"+q.Encode(), "?")
	}
	if len(entries) > entriesAPage {
		entries = entries[:entriesAPage]
		page.Older = at("/audit", "actor", page.Actor, "before", strconv.FormatInt(entries[entriesAPage-1].Seq, 10))
	}
	if before > 0 {
		page.Newer = at("/audit", "actor", page.Actor)
	}
	page.File = at("/audit.csv", "actor", page.Actor)
	for _, e := range entries {
		page.Rows = append(page.Rows, wire.AuditEntryOf(e, names))
	}
	return v.Show(auditView, frame.Page{Title: "Audit log", Here: frame.Audit, Data: page})
}

func (p *pages) auditFile(v *frame.Visit) error {
	entries, err := p.Keeper.Audit(v.Context(), v.Session.Caller,
		storage.AuditQuery{Actor: v.Text("actor"), Limit: entriesAtMost})
	if err != nil {
		return err
	}
	w := csv.NewWriter(v.Stream("text/csv; charset=utf-8", "audit.csv"))
	_ = w.Write([]string{"at", "actor", "name", "action", "object", "from", "status", "code", "left_out"})
	for _, e := range entries {
		// An object may be what a stranger typed: a spreadsheet must not take it for a formula.
		_ = w.Write([]string{e.At.UTC().Format(time.RFC3339), plain(e.Actor), plain(e.Name), e.Action, plain(e.Object),
			e.From, strconv.Itoa(e.Status), e.Code, strconv.FormatInt(e.Left, 10)})
	}
	w.Flush() // the reader has gone when this fails
	return nil
}

// plain keeps a spreadsheet from taking a text for a formula.
func plain(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}
