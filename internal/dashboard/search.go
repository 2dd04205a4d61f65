package dashboard

import (
	"net/http"
	"strings"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/dashboard/frame"
	"github.com/waybillhq/waybill/internal/dashboard/internal/verdict"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/trace"
)

var searchView = view("search")

func (d *dashboard) searchRoutes() []frame.Route {
	return []frame.Route{
		{ID: "search-page", Method: http.MethodGet, Path: "/search", Need: access.RecordsRead, Serve: d.search},
	}
}

// found is what the page shows.
type found struct {
	Word   string
	Shops  []storage.Store
	Orders []foundOrder
	More   bool
}

// foundOrder is an order that the word may mean, or why there is none.
type foundOrder struct {
	Store, Number, Path string
	Verdict             verdict.Verdict
}

// shopsFound bounds the shops that are listed.
const shopsFound = 20

func (d *dashboard) search(v *frame.Visit) error {
	p := found{Word: v.Text("q")}
	all, err := d.visible(v)
	if err != nil {
		return err
	}
	page := frame.Page{Title: "Search", Data: &p}
	if p.Word == "" {
		return v.Show(searchView, page)
	}
	word := strings.ToLower(p.Word)
	for _, st := range all {
		name := strings.ToLower(st.Name + " " + st.HomeURL + " " + st.Facts.SiteName)
		if strings.Contains(name, word) && len(p.Shops) < shopsFound {
			p.Shops = append(p.Shops, st)
		}
	}
	answer, err := d.Orders.Find(v.Context(), trace.Question{Word: p.Word, Stores: all,
		GroupID: v.Session.Caller.GroupID})
	if err != nil {
		return err
	}
	p.More = answer.More
	for _, c := range answer.Chains {
		one := foundOrder{Store: c.Store.Name, Number: c.Number, Verdict: verdict.Order(p.Word, c)}
		if c.Order.ID != 0 {
			one.Path = orderPath(c.Store.Name, c.Order.ID)
			one.Verdict = verdict.Order(c.Number, c)
		} else if len(p.Shops) > 0 {
			continue // the word is a shop's name
		}
		p.Orders = append(p.Orders, one)
	}
	if len(p.Orders) == 1 && p.Orders[0].Path != "" && len(p.Shops) == 0 {
		v.Redirect(p.Orders[0].Path)
		return nil
	}
	if len(p.Shops) == 1 && len(p.Orders) == 0 {
		v.Redirect(pathOf(p.Shops[0]))
		return nil
	}
	return v.Show(searchView, page)
}
