namespace HaTools.Configuration.Yaml;

// Checks that go by a tracker.
internal static partial class YamlReader
{
    private static FileCheck? FollowFile(YamlMapReader keys)
    {
        string? file = keys.RequiredString("trackFile", "check");
        var check = new FileCheck { TrackFile = file ?? "", Weight = keys.Integer("weight"), Reverse = keys.Boolean("reverse"), Alpha = Alpha(keys) };
        return file is null ? null : check;
    }

    private static BfdCheck? FollowSession(YamlMapReader keys)
    {
        string? session = keys.RequiredString("session", "check");
        var check = new BfdCheck { Session = session ?? "", Alpha = Alpha(keys) };
        return session is null ? null : check;
    }
}
