package dashboard

import (
	"encoding/json"
	"strconv"

	"github.com/waybillhq/waybill/internal/dashboard/frame"
	"github.com/waybillhq/waybill/internal/outbox"
)

// decide carries out what a person decides about a write.
func (d *dashboard) decide(v *frame.Visit) error {
	w, st, err := d.writeOf(v)
	if err != nil {
		return err
	}
	ctx, back, choice := v.Context(), "/writes/"+w.ID, v.Text("choice")
	ask := frame.Confirmation{Back: back, Fields: [][2]string{{"choice", choice}}}
	var do func() error
	said := ""
	switch choice {
	case "ours":
		ask.Title, ask.Button = "Write our version?", "Write our version"
		ask.Says = []string{"The fields of this write are sent to " + st.Name + " as they are.",
			"What was changed there meanwhile in these fields is replaced; other fields stay."}
		do = func() error { _, err := d.Submitter.RetryWrite(ctx, w.ID, nil, outbox.CallerWins); return err }
		said = "Our version is sent now."
	case "merge":
		ask.Title, ask.Button = "Write what does not collide?", "Merge both"
		ask.Says = []string{"Fields that only we changed are sent; fields that the shop changed too stay as they are.",
			"If both changed the same field, the write waits for you again."}
		do = func() error { _, err := d.Submitter.RetryWrite(ctx, w.ID, nil, outbox.Merge); return err }
		said = "Both versions are merged now."
	case "retry":
		ask.Title, ask.Button = "Send it again?", "Send it again"
		ask.Says = []string{"The write is sent to " + st.Name + " again, as it is below."}
		var body []byte
		if text := v.Text("body"); text != "" && text != indented(w.Body) {
			if !json.Valid([]byte(text)) {
				return bodyNoJSON()
			}
			body = []byte(text)
			ask.Says = []string{"The write is sent to " + st.Name + " again, with the content that you changed."}
			ask.Request, ask.Fields = text, append(ask.Fields, [2]string{"body", text})
		}
		do = func() error { _, err := d.Submitter.RetryWrite(ctx, w.ID, body, ""); return err }
		said = "The write is sent again."
	case "adopt":
		record, err := strconv.ParseInt(v.Text("record"), 10, 64)
		if err != nil || record < 1 {
			return adoptNeedsRecord()
		}
		ask.Title, ask.Button = "Take record "+strconv.FormatInt(record, 10)+" for it?", "Take it"
		ask.Says = []string{"The write counts as done, and the record with this number as what it made.",
			"Nothing is sent to the shop."}
		ask.Fields = append(ask.Fields, [2]string{"record", strconv.FormatInt(record, 10)})
		do = func() error { _, err := d.Submitter.AdoptWrite(ctx, w.ID, record); return err }
		said = "The record is taken for what the write made."
	case "discard":
		ask.Title, ask.Button, ask.Danger = "Discard this write?", "Discard it", true
		ask.Says = []string{"The write is never sent. The shop stays as it is.", "This cannot be taken back."}
		do = func() error { _, err := d.Submitter.DiscardWrite(ctx, w.ID); return err }
		said = "The write is discarded."
	default:
		return noSuchChoice(choice)
	}
	if !v.Confirmed() {
		return v.Confirm(frame.Writes, ask)
	}
	v.About(w.ID + " " + choice)
	if err := do(); err != nil {
		return err
	}
	d.board.forget()
	return v.Done(back, said)
}
