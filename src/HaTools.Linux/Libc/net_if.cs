using System.Runtime.InteropServices;

namespace HaTools.Linux;

/// <summary>net/if.h</summary>
internal static unsafe partial class Libc
{
    /// <summary>The longest interface name, with its NUL.</summary>
    public const int IFNAMSIZ = 16;

    /// <summary>0: there is none of that name in the calling thread's namespace.</summary>
    [LibraryImport(Name, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial uint if_nametoindex(string ifname);
}
