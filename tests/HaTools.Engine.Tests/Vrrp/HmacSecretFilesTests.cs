using HaTools.Engine.Vrrp;

namespace HaTools.Engine.Tests.Vrrp;

public sealed class HmacSecretFilesTests : IDisposable
{
    private const string Secret = "0123456789abcdef0123456789abcdef";

    private readonly string file = Path.GetTempFileName();

    [Theory]
    [InlineData(Secret, Secret)]
    [InlineData(Secret + "\n", Secret)]
    [InlineData("hex:" + Secret + Secret + "\r\n", "hex:" + Secret + Secret)]
    public async Task The_files_text_takes_the_place_of_its_name(string text, string secret)
    {
        File.WriteAllText(file, text);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        (HaConfiguration read, IReadOnlyList<string> concerns) = await HmacSecretFiles.ReadAsync(Configuration($"file:{file}"));
        VrrpHmacKey[] expected = [new(1, secret), new(2, Secret)];
        Assert.Equal(expected, read.VrrpInstances[0].Hmac!.Keys);
        Assert.Empty(concerns);
    }

    [Fact]
    public async Task A_file_that_others_may_read_is_told()
    {
        File.WriteAllText(file, Secret);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        (_, IReadOnlyList<string> concerns) = await HmacSecretFiles.ReadAsync(Configuration($"file:{file}"));
        Assert.Contains(file, Assert.Single(concerns), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "it has 0 bytes, not 32 to 64")]
    [InlineData("hex:00", "it has 1 bytes")]
    [InlineData("file:/etc/other", "has not been read")]
    public async Task What_is_no_key_is_told_with_instance_id_and_file(string text, string why)
    {
        File.WriteAllText(file, text);
        string message = await RefusalAsync($"file:{file}");
        Assert.StartsWith($"(VI_1) auth_hmac key 1: the file {file}", message, StringComparison.Ordinal);
        Assert.Contains(why, message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_not_there_or_too_long_is_told()
    {
        Assert.Contains("cannot be read", await RefusalAsync("file:/nowhere/at/all"), StringComparison.Ordinal);
        File.WriteAllText(file, new string('x', 1000));
        Assert.Contains("too long", await RefusalAsync($"file:{file}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_files_nothing_is_made_anew()
    {
        HaConfiguration configuration = Configuration(Secret);
        Assert.Same(configuration, (await HmacSecretFiles.ReadAsync(configuration)).WithSecrets);
    }

    public void Dispose() => File.Delete(file);

    private static async Task<string> RefusalAsync(string secret) =>
        (await Assert.ThrowsAsync<HaEngineException>(() => HmacSecretFiles.ReadAsync(Configuration(secret)))).Message;

    private static HaConfiguration Configuration(string secret) => new()
    {
        VrrpInstances =
        [
            new VrrpInstance
            {
                Name = "VI_1",
                Interface = "eth0",
                VirtualRouterId = 51,
                Hmac = new VrrpHmac { Keys = [new VrrpHmacKey(1, secret), new VrrpHmacKey(2, Secret)], ActiveKey = 1 },
            },
        ],
    };
}
