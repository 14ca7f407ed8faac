using System.Runtime.InteropServices;

namespace HaTools.Linux;

/// <summary>pwd.h and grp.h</summary>
internal static unsafe partial class Libc
{
    [LibraryImport(Name, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int getpwnam_r(string name, passwd* pwd, byte* buffer, nuint bufferLength, passwd** result);

    [LibraryImport(Name)]
    public static partial int getpwuid_r(uint uid, passwd* pwd, byte* buffer, nuint bufferLength, passwd** result);

    [LibraryImport(Name, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int getgrnam_r(string name, group* grp, byte* buffer, nuint bufferLength, group** result);

    [LibraryImport(Name)]
    public static partial int getgrgid_r(uint gid, group* grp, byte* buffer, nuint bufferLength, group** result);

    /// <summary>-1: there are more than fit; their number is in the last argument then. Sets no errno.</summary>
    [LibraryImport(Name, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int getgrouplist(string user, uint group, uint* groups, int* ngroups);
}

internal unsafe struct passwd
{
    public byte* pw_name;
    public byte* pw_passwd;
    public uint pw_uid;
    public uint pw_gid;
    public byte* pw_gecos;
    public byte* pw_dir;
    public byte* pw_shell;
}

internal unsafe struct group
{
    public byte* gr_name;
    public byte* gr_passwd;
    public uint gr_gid;
    public byte** gr_mem;
}
