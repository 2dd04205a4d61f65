// Package wire is what others get to see of stores, records, changes, writes, reports and errors, as JSON: the words
// that every face shares. The command line prints them with --json; what serves them by other ways says the same.
//
// Names of members are an interface and do not change meaning. Nothing here holds a secret. The package makes values of
// what is known below and decides nothing; how they look to people is each face's own business.
package wire
