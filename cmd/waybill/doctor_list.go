package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/cmd/waybill/internal/terminal"
	"github.com/waybillhq/waybill/doctor"
)

// checkView is one row of waybill doctor --list.
type checkView struct {
	ID       string          `json:"id"`
	Area     doctor.Area     `json:"area"`
	Severity doctor.Severity `json:"severity"`
	Title    string          `json:"title"`
	Docs     string          `json:"docs"`
}

func listChecks(a *app) error {
	var views []checkView
	for _, c := range doctor.Checks() {
		views = append(views, checkView{c.ID, c.Area, c.Severity, c.Title, doctor.DocsAnchor(c.ID)})
	}
	if a.global.json {
		return a.printJSON(map[string]any{"checks": views, "invisible": doctor.Invisibles()})
	}
	var rows [][]string
	for _, v := range views {
		rows = append(rows, []string{v.ID, string(v.Area), string(v.Severity), v.Title})
	}
	a.table([]terminal.Column{{Title: "CHECK"}, {Title: "AREA"}, {Title: "SEVERITY"}, {Title: "CAUSE", Elastic: true}},
		rows)
	a.say("")
	a.say("%s", a.out.Strong("Cannot be seen from outside"))
	for _, v := range doctor.Invisibles() {
		a.say("  %s: %s", v.ID, v.Reason)
	}
	return nil
}

// explainCause prints the page of the catalogue about one cause.
func explainCause(a *app, id string) error {
	page, ok := doctor.CataloguePage(id)
	if !ok {
		return noSuchCause("cause", id)
	}
	if a.global.json {
		return a.printJSON(map[string]string{"id": id, "markdown": page})
	}
	a.say("%s", strings.TrimRight(page, "\n"))
	return nil
}

// completeCauses are the checks and what cannot be seen from outside.
func completeCauses(cmd *cobra.Command, args []string, text string) ([]string, cobra.ShellCompDirective) {
	ids, directive := completeChecks(cmd, args, text)
	for _, v := range doctor.Invisibles() {
		ids = append(ids, v.ID+"\t"+v.Reason)
	}
	return ids, directive
}

func completeChecks(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	var ids []string
	for _, c := range doctor.Checks() {
		ids = append(ids, c.ID+"\t"+c.Title)
	}
	return ids, cobra.ShellCompDirectiveNoFileComp
}
