namespace HaTools.Configuration.Diagnostics;

/// <summary>A place in a text: line and column from 1, columns in characters (code points); 0 where there is none.</summary>
internal readonly record struct TextPosition(int Line, int Column);
