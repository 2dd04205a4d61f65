package dashboard

import (
	"github.com/waybillhq/waybill/doctor"
	"github.com/waybillhq/waybill/internal/dashboard/frame"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/stores"
)

func (d *dashboard) syncNow(v *frame.Visit) error {
	st, err := d.store(v, v.PathValue("store"))
	if err != nil {
		return err
	}
	if st.Paused {
		return shopPaused(st.Name)
	}
	if err := d.Follower.Wake(v.Context(), st.ID); err != nil {
		return err
	}
	d.board.forget()
	return v.Done(pathOf(st), st.Name+" is read now.")
}

func (d *dashboard) pause(v *frame.Visit) error {
	st, err := d.store(v, v.PathValue("store"))
	if err != nil {
		return err
	}
	if !v.Confirmed() {
		return v.Confirm(frame.Overview, frame.Confirmation{Title: "Pause " + st.Name + "?", Back: pathOf(st),
			Button: "Pause it", Says: []string{
				"Nothing is asked of the shop and nothing is sent to it until it is resumed.",
				"What is copied stays readable. Writes that are accepted meanwhile wait.",
				"Orders that come meanwhile are copied when it is resumed."}})
	}
	if _, err := d.Connector.Pause(v.Context(), st.Name); err != nil {
		return err
	}
	d.board.forget()
	return v.Done(pathOf(st), st.Name+" is paused.")
}

func (d *dashboard) resume(v *frame.Visit) error {
	st, err := d.store(v, v.PathValue("store"))
	if err != nil {
		return err
	}
	if _, err := d.Connector.Resume(v.Context(), st.Name); err != nil {
		return err
	}
	d.board.forget()
	return v.Done(pathOf(st), st.Name+" is worked on again.")
}

func (d *dashboard) remove(v *frame.Visit) error {
	st, err := d.store(v, v.PathValue("store"))
	if err != nil {
		return err
	}
	if !v.Confirmed() {
		return v.Confirm(frame.Overview, frame.Confirmation{Title: "Remove " + st.Name + "?", Back: pathOf(st),
			Button: "Remove it", Danger: true, Says: []string{
				"Waybill forgets the shop, its key, everything that was copied from it, and its writes.",
				"On the shop itself nothing changes, except that Waybill's webhooks go.",
				"This cannot be taken back. To stop for a while, pause the shop."}})
	}
	_, left, err := d.Connector.Remove(v.Context(), st.Name)
	if err != nil {
		return err
	}
	d.board.forget()
	says := st.Name + " is removed."
	if left != "" {
		says += " " + left
	}
	return v.Done("/", says)
}

// keyForm is what the page about a new key shows.
type keyForm struct {
	Store storage.Store
	Key   string
	Wrong error
}

var keyView = view("key")

func (d *dashboard) keyPage(v *frame.Visit) error {
	st, err := d.store(v, v.PathValue("store"))
	if err != nil {
		return err
	}
	return v.Show(keyView, frame.Page{Title: "New key for " + st.Name, Here: frame.Overview, Data: keyForm{Store: st}})
}

func (d *dashboard) replaceKey(v *frame.Visit) error {
	st, err := d.store(v, v.PathValue("store"))
	if err != nil {
		return err
	}
	form := keyForm{Store: st, Key: v.Text("key")}
	_, form.Wrong = d.Connector.Rekey(v.Context(), st.Name,
		stores.Connection{Key: form.Key, Secret: v.Text("secret")})
	if form.Wrong != nil {
		return v.Refill(keyView, frame.Page{Title: "New key for " + st.Name, Here: frame.Overview, Data: form},
			form.Wrong)
	}
	d.board.forget()
	return v.Done(pathOf(st), "The new key of "+st.Name+" works and is used from now on.")
}

// examination is what the doctor found.
type examination struct {
	Store  storage.Store
	Report *doctor.Report
}

var checkView = view("check")

func (d *dashboard) check(v *frame.Visit) error {
	ctx := v.Context()
	st, err := d.store(v, v.PathValue("store"))
	if err != nil {
		return err
	}
	_, target, err := d.Examiner.Patient(ctx, st.Name)
	if err != nil {
		return err
	}
	target.Scopes = stores.ReadScopes()
	report, err := d.Examiner.Examine(ctx, st.GroupID, target)
	if err != nil {
		return err
	}
	if !st.Paused {
		// The shop is read at once: what was mended shows on its page. Failing to wake it hides no finding.
		_ = d.Follower.Wake(ctx, st.ID)
	}
	d.board.forget()
	return v.Show(checkView, frame.Page{Title: "Check of " + st.Name, Here: frame.Overview,
		Data: examination{st, report}})
}
