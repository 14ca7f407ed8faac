using System.Text;

namespace HaTools.Configuration.Keepalived;

/// <summary>Authentication.</summary>
internal static partial class InstanceGrammar
{
    public static Grammar<InstanceDraft> Authentication { get; } = new("authentication",
    [
        new() { Name = "auth_type", Required = 1, Allowed = 1, Read = ReadAuthenticationType },
        new() { Name = "auth_pass", Required = 1, Allowed = 1, Read = (_, s, d) => d.Password = s.Words[1] },
    ]);

    private static Keyword<InstanceDraft>[] Security =>
    [
        new() { Name = "authentication", HasBlock = true, Read = ReadAuthentication },
    ];

    private static VrrpInstance WithSecurity(InstanceBuild build, VrrpInstance instance)
    {
        build.Note("authentication", build.Draft.Password);
        return instance with { Authentication = BuildAuthentication(build.Reading, build.Draft, instance.Version) };
    }

    private static void ReadAuthenticationType(ConfReading reading, ConfStatement statement, InstanceDraft draft)
    {
        ConfWord word = statement.Words[1];
        draft.AuthenticationType = word;
        if (word.Text == "AH") reading.NotSupported(word, "`auth_type AH`");
        else if (word.Text != "PASS") reading.UnknownWord(word, "auth_type", ["PASS"]);
    }

    private static void ReadAuthentication(ConfReading reading, ConfStatement statement, InstanceDraft draft)
    {
        draft.AuthenticationBlock = statement.Keyword;
        reading.ReadBlock(Authentication, statement.Block!, draft);
    }

    private static VrrpAuthentication? BuildAuthentication(ConfReading reading, InstanceDraft draft, int version)
    {
        if (draft.AuthenticationBlock is not { } block) return null;
        if (version == 3)
        {
            reading.Warning("AuthenticationIgnored", block, "VRRP version 3 has no authentication: keepalived ignores this, and so do we.");
            return null;
        }
        if (draft.AuthenticationType is null)
        {
            reading.Warning("AuthenticationIgnored", block,
                "Without `auth_type` there is no authentication: keepalived ignores this, and so do we.");
            return null;
        }
        if (draft.Password is not { } password)
        {
            reading.Error("MissingKeyword", block, "`auth_type PASS` needs an `auth_pass`.");
            return null;
        }
        return new VrrpAuthentication(VrrpAuthenticationType.SimplePassword, OnWire(reading, password));
    }

    // 8 bytes go on the wire. Where the cut falls into the middle of a character the text stays whole, since no text can hold half of one.
    private static string OnWire(ConfReading reading, ConfWord password)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(password.Text);
        if (bytes.Length <= 8) return password.Text;
        reading.Diagnostics.Warning("PasswordCut", password.Position, "********",
            "A password has 8 bytes: keepalived cuts the rest, and so do we.");
        return (bytes[8] & 0xc0) == 0x80 ? password.Text : Encoding.UTF8.GetString(bytes, 0, 8);
    }
}

/// <summary>Authentication.</summary>
internal sealed partial class InstanceDraft
{
    public ConfWord? AuthenticationBlock { get; set; }

    public ConfWord? AuthenticationType { get; set; }

    public ConfWord? Password { get; set; }
}
