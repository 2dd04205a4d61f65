package dashboard

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/dashboard/frame"
	"github.com/waybillhq/waybill/internal/dashboard/internal/verdict"
	"github.com/waybillhq/waybill/internal/feed"
	"github.com/waybillhq/waybill/internal/storage"
)

var (
	consumersView = view("consumers")
	consumerView  = view("consumer")
)

func (d *dashboard) consumerRoutes() []frame.Route {
	return []frame.Route{
		{ID: "consumers-page", Method: http.MethodGet, Path: "/consumers", Need: access.ChangesRead, Serve: d.consumers},
		{ID: "consumer-page", Method: http.MethodGet, Path: "/consumers/{name}", Need: access.ChangesRead,
			Serve: d.consumer},
		{ID: "move-consumer", Method: http.MethodPost, Path: "/consumers/{name}/position", Need: access.ConsumersWrite,
			Serve: d.moveConsumer},
	}
}

// readerRow is a consumer in the list.
type readerRow struct {
	storage.Consumer
	Lag     feed.Lag
	Verdict verdict.Verdict
	Path    string
	May     bool
}

// Version tells whether the row says something else than before.
func (r readerRow) Version() string {
	return strconv.FormatInt(r.Seq, 10) + "/" + strconv.Itoa(r.Lag.Waiting)
}

func (d *dashboard) reader(v *frame.Visit, c storage.Consumer) (readerRow, error) {
	lag, err := d.Consumers.Lag(v.Context(), c)
	return readerRow{Consumer: c, Lag: lag, Verdict: verdict.Reading(c, lag, d.now()),
		Path: "/consumers/" + url.PathEscape(c.Name), May: v.Session.May(access.ConsumersWrite)}, err
}

func (d *dashboard) consumers(v *frame.Visit) error {
	all, err := d.Consumers.List(v.Context(), v.Session.Caller.GroupID)
	if err != nil {
		return err
	}
	rows := make([]readerRow, len(all))
	for i, c := range all {
		if rows[i], err = d.reader(v, c); err != nil {
			return err
		}
	}
	return v.Show(consumersView, frame.Page{Title: "Consumers", Here: frame.Consumers, Live: true, Data: rows})
}

func (d *dashboard) consumer(v *frame.Visit) error {
	c, err := d.Consumers.Find(v.Context(), v.Session.Caller.GroupID, v.PathValue("name"))
	if err != nil {
		return err
	}
	row, err := d.reader(v, c)
	if err != nil {
		return err
	}
	return v.Show(consumerView, frame.Page{Title: "Consumer " + c.Name, Here: frame.Consumers, Live: true, Data: row})
}

// moveConsumer sets a position, so that changes are read again or left out.
func (d *dashboard) moveConsumer(v *frame.Visit) error {
	c, err := d.Consumers.Find(v.Context(), v.Session.Caller.GroupID, v.PathValue("name"))
	if err != nil {
		return err
	}
	seq, err := strconv.ParseInt(v.Text("seq"), 10, 64)
	if err != nil || seq < 0 {
		return noPosition(v.Text("seq"))
	}
	back := "/consumers/" + url.PathEscape(c.Name)
	if !v.Confirmed() {
		says := "Changes behind " + frame.Count(int(seq)) + " are handed to " + c.Name + " again."
		if seq > c.Seq {
			says = "Changes from " + frame.Count(int(c.Seq+1)) + " to " + frame.Count(int(seq)) +
				" are never handed to " + c.Name + "."
		}
		return v.Confirm(frame.Consumers, frame.Confirmation{Title: "Move " + c.Name + "?", Back: back, Button: "Move it",
			Danger: seq > c.Seq, Says: []string{says}, Fields: [][2]string{{"seq", strconv.FormatInt(seq, 10)}}})
	}
	if _, err := d.Consumers.Move(v.Context(), c, seq); err != nil {
		return err
	}
	return v.Done(back, c.Name+" stands at "+frame.Count(int(seq))+" now.")
}
