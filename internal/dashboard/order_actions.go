package dashboard

import (
	"crypto/rand"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/waybillhq/waybill/internal/dashboard/frame"
	"github.com/waybillhq/waybill/internal/feed"
	"github.com/waybillhq/waybill/internal/intake"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/records"
	"github.com/waybillhq/waybill/internal/storage"
)

// newKey is an idempotency key for the form of a page: sent twice, a form does its work once.
func newKey() string { return "dashboard-" + rand.Text() }

// proposal is a write that a person is asked about.
type proposal struct {
	store  storage.Store
	order  int64
	row    intake.Row
	ask    frame.Confirmation
	fields []string // of the form, sent again with the yes
	said   string
}

// propose shows what a write would send and do, and accepts it once the person has said yes.
func (d *dashboard) propose(v *frame.Visit, p proposal) error {
	ctx := v.Context()
	back := orderPath(p.store.Name, p.order)
	key := v.Text("key")
	if key == "" {
		key = newKey()
	}
	p.row.Key = intake.KeyOf(key, 0, 1)
	found, err := d.Drafter.Find(ctx, p.store, []intake.Row{p.row}, records.ByID)
	if err != nil {
		return err
	}
	if !v.Confirmed() {
		shown, err := d.Drafter.Preview(ctx, p.store, found)
		if err != nil {
			return err
		}
		p.ask.Back = back
		for _, s := range shown {
			p.ask.Request += s.Method + " /wp-json/wc/v3/" + strings.TrimPrefix(s.Path, "/") + "\n\n" + indented(s.Body)
		}
		p.ask.Fields = [][2]string{{"key", key}}
		for _, name := range p.fields {
			p.ask.Fields = append(p.ask.Fields, [2]string{name, v.PostFormValue(name)})
		}
		return v.Confirm(frame.Orders, p.ask)
	}
	if _, err := d.Submitter.Submit(ctx, p.store, found); err != nil {
		return err
	}
	d.board.forget()
	return v.Done(back, p.said)
}

// orderOf is the order that a form is about.
func (d *dashboard) orderOf(v *frame.Visit) (st storage.Store, id int64, err error) {
	if st, err = d.store(v, v.PathValue("store")); err != nil {
		return st, 0, err
	}
	id, err = strconv.ParseInt(v.PathValue("id"), 10, 64)
	if err != nil || id < 1 {
		return st, 0, noSuchOrder(v.PathValue("id"), st.Name)
	}
	return st, id, nil
}

// accepted is what is said of a write that was accepted.
const accepted = " It is sent now, exactly once; this page shows what becomes of it."

func (d *dashboard) changeStatus(v *frame.Visit) error {
	st, id, err := d.orderOf(v)
	if err != nil {
		return err
	}
	status := v.Text("status")
	body, err := json.Marshal(map[string]string{"status": status})
	if err != nil {
		return err
	}
	now := ""
	if r, err := d.Records.Record(v.Context(), st, storage.Ref{Resource: storage.Orders, ID: id}); err == nil {
		now = " from " + r.Status
	}
	name := "order " + strconv.FormatInt(id, 10)
	return d.propose(v, proposal{store: st, order: id, fields: []string{"status"},
		row: intake.Row{Write: outbox.Write{Action: outbox.Update, Resource: storage.Orders, RecordID: id, Body: body}},
		ask: frame.Confirmation{Title: "Set " + name + " to " + status + "?", Button: "Set the status", Says: []string{
			"The status of " + name + " of " + st.Name + " goes" + now + " to " + status + ".",
			"The shop does what belongs to that status: e-mails to the customer, stock, what plugins do."}},
		said: "The status " + status + " is accepted." + accepted})
}

func (d *dashboard) addNote(v *frame.Visit) error {
	st, id, err := d.orderOf(v)
	if err != nil {
		return err
	}
	note, customer := v.Text("note"), v.Text("customer") != ""
	if note == "" {
		return noteEmpty()
	}
	body, err := json.Marshal(map[string]any{"note": note, "customer_note": customer})
	if err != nil {
		return err
	}
	says := "The note is added to the order in the shop; only the shop's staff sees it."
	if customer {
		says = "The note is added to the order in the shop, and the shop sends it to the customer by e-mail."
	}
	return d.propose(v, proposal{store: st, order: id, fields: []string{"note", "customer"},
		row: intake.Row{Write: outbox.Write{Action: outbox.Create, Resource: storage.OrderNotes, ParentID: id,
			Body: body}},
		ask:  frame.Confirmation{Title: "Add this note?", Button: "Add the note", Says: []string{"“" + note + "”", says}},
		said: "The note is accepted." + accepted})
}

func (d *dashboard) refund(v *frame.Visit) error {
	st, id, err := d.orderOf(v)
	if err != nil {
		return err
	}
	amount, reason, gateway := v.Text("amount"), v.Text("reason"), v.Text("gateway") != ""
	if amount == "" {
		return amountEmpty()
	}
	body, err := json.Marshal(map[string]any{"amount": amount, "reason": reason, "api_refund": gateway})
	if err != nil {
		return err
	}
	currency := st.Facts.Currency
	says := "The shop notes a refund of " + amount + " " + currency + " on the order. No money moves: you give it " +
		"back yourself."
	if gateway {
		says = "The shop gives " + amount + " " + currency + " back to the customer by the order's payment method, " +
			"and notes the refund on the order."
	}
	return d.propose(v, proposal{store: st, order: id, fields: []string{"amount", "reason", "gateway"},
		row: intake.Row{Write: outbox.Write{Action: outbox.Create, Resource: storage.Refunds, ParentID: id,
			Body: body}},
		ask: frame.Confirmation{Title: "Refund " + amount + " " + currency + "?", Button: "Refund it", Danger: true,
			Says: []string{says, "A refund cannot be taken back. The shop tells the customer by e-mail."}},
		said: "The refund is accepted." + accepted})
}

// redeliverOrder sends the last change of an order to a receiver again.
func (d *dashboard) redeliverOrder(v *frame.Visit) error {
	st, id, err := d.orderOf(v)
	if err != nil {
		return err
	}
	ctx, back := v.Context(), orderPath(st.Name, id)
	sub, err := d.Subscriptions.Find(ctx, v.Session.Caller.GroupID, v.Text("subscription"))
	if err != nil {
		return err
	}
	v.About(sub.Name + "/" + strconv.FormatInt(id, 10))
	changes, err := d.Log.Changes(ctx, storage.ChangeQuery{StoreID: st.ID,
		Record: storage.Ref{Resource: storage.Orders, ID: id}})
	if err != nil {
		return err
	}
	if len(changes) == 0 {
		return nothingToSend()
	}
	last := changes[len(changes)-1].Seq
	if !v.Confirmed() {
		return v.Confirm(frame.Orders, frame.Confirmation{Title: "Send this order to " + sub.Name + " again?",
			Back: back, Button: "Send it again", Fields: [][2]string{{"subscription", sub.Name}}, Says: []string{
				"The order as it is now is sent to " + sub.Target + ", with the id that it was sent with before.",
				"A receiver that keeps ids knows it; one that does not may enter the order twice."}})
	}
	n, err := d.Subscriptions.RedeliverRange(ctx, sub, feed.Range{After: last - 1, To: last})
	if err != nil {
		return err
	}
	if n == 0 {
		return v.Done(back, sub.Name+" does not get this order: its filter leaves it out, or it comes to it by itself.")
	}
	return v.Done(back, "The order is sent to "+sub.Name+" again.")
}
