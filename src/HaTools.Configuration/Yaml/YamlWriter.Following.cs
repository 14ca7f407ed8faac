namespace HaTools.Configuration.Yaml;

// Checks that go by a tracker.
internal sealed partial class YamlWriter
{
    private void FollowFile(FileCheck c)
    {
        text.Value("trackFile", c.TrackFile);
        text.Value("weight", c.Weight);
        Switch("reverse", c.Reverse, usual: null);
        Alpha(c);
    }

    private void FollowSession(BfdCheck c)
    {
        text.Value("session", c.Session);
        Alpha(c);
    }
}
