package doctor

import (
	"github.com/waybillhq/waybill/doctor/internal/catalogue"
	"github.com/waybillhq/waybill/doctor/internal/render"
)

// ReportVersion is the version of the JSON form (docs/doctor.md, docs/doctor-report.schema.json).
const ReportVersion = render.ReportVersion

// What a run found.
type (
	// Report is what a run found. Its methods WriteText, WriteJSON, WriteMarkdown and WriteJUnit print it. Root is the
	// finding to mend first. ExitCode is the exit status of the command.
	Report = render.Report
	// Status sums a report up.
	Status = render.Status
	// Finding is one cause that was found.
	Finding = catalogue.Finding
	// Skipped is a check that could not be asked.
	Skipped = catalogue.Skipped
	// Crash is a check that crashed.
	Crash = catalogue.Crash
	// Unasked are the requests of a scope that the budget left no room for.
	Unasked = catalogue.Unasked
	// Answered is one question of the published checklist.
	Answered = catalogue.Answered
	// Permission is what the key may do with one endpoint.
	Permission = catalogue.Permission
	// SiteFact is something worth knowing about the store that is not a finding.
	SiteFact = catalogue.SiteFact
	// TextOptions choose what the terminal report shows besides its findings.
	TextOptions = render.TextOptions
	// Paint colours parts of the terminal report. A nil function leaves its text plain.
	Paint = render.Paint
)

// The states.
const (
	Healthy    = render.Healthy
	Incomplete = render.Incomplete
	Warnings   = render.Warnings
	Problems   = render.Problems
)
