// Package hint says which command or flag somebody meant who mistyped it.
package hint
