package settings

import (
	"net/url"

	"github.com/waybillhq/waybill/internal/dashboard/frame"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/wire"
)

var groupsView = view("groups")

const groupsPath = "/settings/groups"

// groupsPage is what the page shows.
type groupsPage struct {
	Rows  []groupRow
	Shops []storage.Store
	Names map[int64]string
	Name  string
	Wrong *problem.Problem
}

type groupRow struct {
	wire.Group
	Path string
}

func (p *pages) groups(v *frame.Visit) error { return p.showGroups(v, groupsPage{}) }

func (p *pages) showGroups(v *frame.Visit, page groupsPage) error {
	groups, err := p.Keeper.Groups(v.Context(), v.Session.Caller)
	if err != nil {
		return err
	}
	if page.Shops, err = p.seen(v); err != nil {
		return err
	}
	page.Names = map[int64]string{}
	for _, g := range groups {
		page.Names[g.ID] = g.Name
		page.Rows = append(page.Rows, groupRow{wire.GroupOf(g, page.Shops), groupsPath + "/" + url.PathEscape(g.Name)})
	}
	show := frame.Page{Title: "Groups", Here: frame.Settings, Data: page}
	if page.Wrong != nil {
		return v.Refill(groupsView, show, page.Wrong)
	}
	return v.Show(groupsView, show)
}

func (p *pages) toldGroups(v *frame.Visit, name string, err error, done string) error {
	if w := wrong(err); w != nil {
		return p.showGroups(v, groupsPage{Name: name, Wrong: w})
	}
	if err != nil {
		return err
	}
	return v.Done(groupsPath, done)
}

func (p *pages) createGroup(v *frame.Visit) error {
	name := v.Text("name")
	v.About(name)
	_, err := p.Keeper.CreateGroup(v.Context(), name)
	return p.toldGroups(v, name, err, "The group "+name+" is there. Put shops into it, and invite users of it.")
}

func (p *pages) moveStore(v *frame.Visit) error {
	shop, group := v.Text("shop"), v.Text("group")
	v.About(shop + " " + group)
	st, err := p.Finder.Store(v.Context(), shop)
	if err == nil {
		_, err = p.Keeper.MoveStore(v.Context(), st.ID, group)
	}
	done := "The shop " + shop + " is in the group " + group + "."
	if group == "" {
		done = "The shop " + shop + " is in no group."
	}
	return p.toldGroups(v, "", err, done)
}

func (p *pages) removeGroup(v *frame.Visit) error {
	name := v.PathValue("group")
	v.About(name)
	if !v.Confirmed() {
		return v.Confirm(frame.Settings, frame.Confirmation{Title: "Remove the group " + name + "?",
			Says:   []string{"Its users and its tokens end at once. It must be empty of shops."},
			Button: "Remove", Danger: true, Back: groupsPath})
	}
	_, err := p.Keeper.RemoveGroup(v.Context(), name)
	return p.toldGroups(v, "", err, "The group "+name+" was removed.")
}
