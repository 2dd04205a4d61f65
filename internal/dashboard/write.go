package dashboard

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/dashboard/frame"
	"github.com/waybillhq/waybill/internal/dashboard/internal/verdict"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/schema"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/writes"
)

var writeView = view("write")

func (d *dashboard) writeRoutes() []frame.Route {
	const one = "/writes/{write}"
	return []frame.Route{
		{ID: "write-page", Method: http.MethodGet, Path: one, Need: access.WritesRead, Serve: d.write},
		{ID: "decide-write", Method: http.MethodPost, Path: one + "/decide", Need: access.WritesWrite, Serve: d.decide},
	}
}

// writePage is what the page shows.
type writePage struct {
	Write   outbox.Write
	Store   storage.Store
	Zone    *time.Location
	Verdict verdict.Verdict
	// Differences are the versions of a conflict, field by field.
	Differences []versions
	// Adopt are the records that may be what the write has made.
	Adopt                   []int64
	Body, Base, Theirs, Now string
	Lessons                 []string
	// Record is the page of the record; empty where it has none.
	Record string
	// Open says that it waits for a decision, May that the reader may take it.
	Open, May bool
}

// versions is a field in the three versions of a conflict.
type versions struct {
	Field, Seen, Theirs, Ours string
	// Differ says that the shop's version is neither what was seen nor what is to be written.
	Differ bool
}

// writeOf gives a write that exists for who looks, with its store.
func (d *dashboard) writeOf(v *frame.Visit) (w outbox.Write, st storage.Store, err error) {
	id := v.PathValue("write")
	w, err = d.Viewer.Write(v.Context(), id)
	if problem.Is(err, problem.RecordNotFound) || err == nil && w.ID != id {
		return w, st, noSuchWrite(id)
	}
	if err != nil {
		return w, st, err
	}
	all, err := d.visible(v)
	for _, one := range all {
		if one.ID == w.StoreID {
			return w, one, nil
		}
	}
	if err == nil {
		err = noSuchWrite(id)
	}
	return w, st, err
}

func (d *dashboard) write(v *frame.Visit) error {
	w, st, err := d.writeOf(v)
	if err != nil {
		return err
	}
	p := writePage{Write: w, Store: st, Zone: zoneOf(st), Body: indented(w.Body), Base: indented(w.Base),
		Verdict: d.writeVerdict(w, st), May: v.Session.May(access.WritesWrite),
		Open: w.State == outbox.Parked || w.State == outbox.Rejected}
	if w.Resource == storage.Orders && w.RecordID != 0 {
		p.Record = orderPath(st.Name, w.RecordID)
	}
	if w.ParentID != 0 && (w.Resource == storage.OrderNotes || w.Resource == storage.Refunds) {
		p.Record = orderPath(st.Name, w.ParentID)
	}
	for _, diff := range outbox.Differences(w) {
		if computed(w.Resource, diff.Field) && diff.Ours == nil {
			continue // the shop reckons it: nobody has changed it
		}
		one := versions{Field: diff.Field, Seen: value(diff.Seen), Theirs: value(diff.Theirs), Ours: value(diff.Ours)}
		one.Differ = one.Theirs != one.Seen
		p.Differences = append(p.Differences, one)
	}
	if w.Reason != nil {
		for _, r := range outbox.Remedies(w.Reason.Message) {
			if r.Do == "adopt" && (r.Write == "" || r.Write == w.ID) {
				p.Adopt = append(p.Adopt, r.Record)
			}
		}
	}
	if p.Lessons, err = d.Viewer.Lessons(v.Context(), st.ID); err != nil {
		return err
	}
	return v.Show(writeView, frame.Page{Title: "Write " + w.ID, Here: frame.Writes, Live: true, Data: p})
}

// computed says whether a field is reckoned by WooCommerce, so that it says nothing about who changed what.
func computed(resource storage.Resource, field string) bool {
	members, known := schema.Of(string(resource))
	if !known {
		return false
	}
	name, _, _ := strings.Cut(field, ".")
	name, _, _ = strings.Cut(name, "[")
	m := members.Find(name)
	return m != nil && m.Computed
}

// value is a value of a field as people read it; empty where there is none.
func value(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text
	}
	if string(raw) == "null" {
		return ""
	}
	return string(raw)
}

// describe says what a write does.
func describe(w outbox.Write) string {
	what := fmt.Sprintf("%s of %s", w.Action, w.Resource)
	if w.RecordID != 0 {
		what = fmt.Sprintf("%s of %s", w.Action, storage.Ref{Resource: w.Resource, ID: w.RecordID})
	}
	if w.ParentID != 0 {
		what += " (of " + strconv.FormatInt(w.ParentID, 10) + ")"
	}
	return what
}

// writeVerdict says how a write stands.
func (d *dashboard) writeVerdict(w outbox.Write, st storage.Store) verdict.Verdict {
	name := "The " + describe(w) + " at " + st.Name
	s := writeState(w.State)
	out := verdict.Verdict{Colour: s.Colour, Word: s.Word, Says: name + " is " + s.Word + "."}
	switch w.State {
	case outbox.Done:
		if err := writes.Outcome(w); err != nil {
			out.Colour, out.Says, out.Detail = verdict.Act, name+" is done no longer.", problem.From(err).Message
		}
	case outbox.Parked:
		out.Says, out.Detail = name+" waits for your decision.", saidOf(w, st)
		if w.Reason != nil && w.Reason.Theirs != nil {
			out.Says = name + " waits for you: the shop changed it too."
			out.Detail = ""
		}
		out.Who, out.Fix = verdict.You, "Compare both versions below and choose."
	case outbox.Rejected:
		out.Says, out.Detail = name+" was refused by the shop.", saidOf(w, st)
		out.Who, out.Fix = verdict.You, "Mend the cause and send it again, or discard it."
	case outbox.Pending, outbox.Sending, outbox.Unknown, outbox.Discarded:
		if why := whyWaits(w, st); why != "" {
			out.Detail = why
		}
	}
	return out
}

// saidOf is the reason of a write in the words of the pages: what can be done about it is on the page.
func saidOf(w outbox.Write, st storage.Store) string {
	return outbox.Said(w.Reason.Message, func(r outbox.Remedy) string {
		switch r.Do {
		case "adopt":
			return "“Take record " + strconv.FormatInt(r.Record, 10) + " for it” below"
		case "retry":
			return "“Send again” below"
		case "discard":
			return "“Discard” below"
		case "examine":
			return "“Check again” on the page of " + st.Name
		case "role":
			return "a role of the key's user with " + r.Scope
		case "restore":
			return fmt.Sprintf("a change of %s/%d to the status %s", r.Resource, r.Record, r.Status)
		}
		return "the choices below"
	})
}
