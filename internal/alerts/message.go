package alerts

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/problems"
	"github.com/waybillhq/waybill/internal/storage"
)

// newID is an id that nothing else has.
func newID() string { return "alert_" + strings.ToLower(rand.Text()) }

// listed is how many problems one message spells out; the others are counted.
const listed = 20

// payload is a message for programs.
type payload struct {
	Type string    `json:"type"` // problems.changed or test
	ID   string    `json:"id"`
	At   time.Time `json:"at"`
	// Opened stand, Resolved are over: up to 20 of each; More counts those that are left out.
	Opened   []entry `json:"opened"`
	Resolved []entry `json:"resolved"`
	More     int     `json:"more,omitempty"`
}

// entry is a problem in a payload.
type entry struct {
	ID       int64     `json:"id"`
	Kind     string    `json:"kind"`
	Cause    string    `json:"cause"`
	Host     string    `json:"host,omitempty"`
	Grave    bool      `json:"grave"`
	Headline string    `json:"headline"`
	Affected int64     `json:"affected"`
	Since    time.Time `json:"since"`
	Who      string    `json:"who"`
	Fix      string    `json:"fix,omitempty"`
	Resolved time.Time `json:"resolved_at,omitzero"`
}

func entryOf(p storage.Problem) entry {
	e := entry{ID: p.ID, Kind: p.Kind, Cause: p.Cause, Host: p.Host, Grave: p.Grave, Headline: problems.Headline(p),
		Affected: p.Affected, Since: p.Since, Who: p.Who, Fix: p.Fix}
	if p.State == storage.ProblemResolved {
		e.Affected, e.Resolved = p.Ever, p.ChangedAt
	}
	return e
}

// messageOf is the one message that tells all there is to tell.
func messageOf(c storage.Channel, t telling, now time.Time) (storage.Alert, error) {
	a := storage.Alert{ID: newID(), ChannelID: c.ID, State: storage.AlertPending, CreatedAt: now, NextAt: now,
		Subject: subject(t)}
	body := payload{Type: "problems.changed", ID: a.ID, At: now, Opened: []entry{}, Resolved: []entry{}}
	var text strings.Builder
	for _, p := range t.opened[:min(len(t.opened), listed)] {
		body.Opened = append(body.Opened, entryOf(p))
		writeOpened(&text, p)
	}
	for _, p := range t.resolved[:min(len(t.resolved), listed)] {
		body.Resolved = append(body.Resolved, entryOf(p))
		writeResolved(&text, p)
	}
	body.More = len(t.opened) + len(t.resolved) - len(body.Opened) - len(body.Resolved)
	if body.More > 0 {
		fmt.Fprintf(&text, "And %d more.\n", body.More)
	}
	text.WriteString("\nAll that stands: waybill problems\n")
	a.Text = text.String()
	plain, err := json.Marshal(body)
	a.Body = string(plain)
	return a, err
}

func subject(t telling) string {
	switch opened, resolved := len(t.opened), len(t.resolved); {
	case opened == 1 && resolved == 0:
		return "Waybill: " + problems.Headline(t.opened[0])
	case opened == 0 && resolved == 1:
		return "Waybill: over: " + problems.Headline(t.resolved[0])
	case resolved == 0:
		return fmt.Sprintf("Waybill: %d problems stand", opened)
	case opened == 0:
		return fmt.Sprintf("Waybill: %d problems are over", resolved)
	default:
		return fmt.Sprintf("Waybill: problems that stand: %d; that are over: %d", opened, resolved)
	}
}

func writeOpened(b *strings.Builder, p storage.Problem) {
	fmt.Fprintf(b, "%s\nSince %s; %s.\n", problems.Headline(p), moment(p.Since), problems.Acts(p))
	if p.Fix != "" {
		fmt.Fprintf(b, "%s\n", p.Fix)
	}
	fmt.Fprintf(b, "See: waybill problems show %d\n\n", p.ID)
}

func writeResolved(b *strings.Builder, p storage.Problem) {
	by := "by itself"
	if p.By != "" {
		by = "by a person"
	}
	fmt.Fprintf(b, "Over: %s\nIt stood from %s to %s and was resolved %s.\n\n", problems.Headline(p), moment(p.Since),
		moment(p.ChangedAt), by)
}

func moment(at time.Time) string { return at.UTC().Format("2006-01-02 15:04 UTC") }

// testMessage is what a test sends.
func testMessage(c storage.Channel, id string, now time.Time) storage.Alert {
	body, err := json.Marshal(payload{Type: "test", ID: id, At: now, Opened: []entry{}, Resolved: []entry{}})
	if err != nil {
		body = []byte(`{}`) // it cannot fail: it is made of texts and a time
	}
	return storage.Alert{ID: id, ChannelID: c.ID, CreatedAt: now, Body: string(body), Subject: "Waybill: a test",
		Text: "This is a test of the channel " + c.Name + ". Nothing is wrong.\n"}
}
