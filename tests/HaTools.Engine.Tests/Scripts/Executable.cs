using System.Diagnostics;

namespace HaTools.Engine.Tests.Scripts;

/// <summary>
/// Programs that tests write and run at once. Another process writes them: a descriptor that this one had open for writing would be copied into every child that some
/// other test's thread forks just then, and as long as one of these has not become its program the kernel runs the file for nobody (ETXTBSY).
/// </summary>
internal static class Executable
{
    /// <summary>A script of the shell's, which everybody may run.</summary>
    public static string Script(string path, string body) => Write(path, $"#!/bin/sh\n{body}\n");

    public static string Write(string path, string text)
    {
        string source = path + ".text";
        File.WriteAllText(source, text);
        Copy(source, path);
        File.Delete(source);
        return path;
    }

    public static void Copy(string source, string path)
    {
        using var install = Process.Start("install", ["-m", "755", source, path]);
        install.WaitForExit();
        Assert.Equal(0, install.ExitCode);
    }
}
