// Package recordview is how mirrored records look to people: the columns of a list and the page of one record. A file
// is one resource.
//
// It reads fields by their names and knows no database. To show a resource that has no file yet, write one that gives
// its Kind, and use it in the resource's command.
package recordview
