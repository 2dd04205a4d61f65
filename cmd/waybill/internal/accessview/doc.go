// Package accessview shows tokens, groups and the audit log as tables for people. What they are is package access's
// business.
//
//	a.table(accessview.Tokens(tokens, time.Now()))
package accessview
