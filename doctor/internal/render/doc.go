// Package render is the report and its forms: text for a terminal, Markdown for a ticket, JUnit for a pipeline, JSON
// for programs.
//
// It guarantees that all of them say the same: whatever is printed stands in the Report. It decides nothing.
package render
