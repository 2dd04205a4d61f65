// Package settings is the pages of the dashboard about who may what: users, tokens, groups, networks, backups, the
// program itself, and the audit log.
//
//   - What is shown once (a link, a token) is on the answer to the form that made it and nowhere else.
//   - Who is confined to a group sees and changes that group alone, and nothing of the installation.
//
// What the pages do is done by the rooms that the API and the command line ask.
package settings
