using System.Diagnostics;

namespace HaTools.Engine.Tests.Scripts;

/// <summary>A file of the user database that does not answer who reads it, as a server that is gone does not.</summary>
internal static class MuteDatabase
{
    /// <summary>Puts a pipe that nobody writes to in its place, in the mount namespace of the thread that asks for it.</summary>
    public static void In(string path)
    {
        const nuint bind = 0x1000;
        string pipe = Path.Combine(Directory.CreateTempSubdirectory("hatools-").FullName, "pipe");
        using (Process make = Process.Start("mkfifo", pipe)) make.WaitForExit();
        MountNamespace.Mount(pipe, path, "none", bind, "");
    }
}
