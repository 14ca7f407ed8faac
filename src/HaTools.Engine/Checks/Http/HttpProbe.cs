using System.Net;

namespace HaTools.Engine.Checks.Http;

/// <summary>Asks for a URL and judges the response, as <c>HTTP_GET</c> does. Its parts are the check's URLs.</summary>
internal sealed class HttpProbe : Probe, IHttpBody
{
    private readonly HttpCheck check;
    private readonly Page[] pages;
    private readonly HttpResponse response;
    private Page page;
    private string? fault;
    private int status;

    /// <param name="check">The check.</param>
    /// <param name="server">What is connected to.</param>
    public HttpProbe(HttpCheck check, IPEndPoint server)
    {
        this.check = check;
        pages = [.. check.Urls.Select(u => new Page(u, HttpRequest.Of(check, u, server)))];
        page = pages[0];
        response = new HttpResponse(this);
    }

    public override ReadOnlySpan<byte> Output => page.Request;

    public override string Reason => $"{fault ?? $"it answers with status {status}"} ({Question})";

    public override string Question => $"GET {page.Url.Path}{((page.Url.VirtualHost ?? check.VirtualHost) is { } host ? $" of {host}" : "")}";

    public override ProbeStep Begin(int part)
    {
        page = pages[part];
        (fault, status) = (null, 0);
        response.Reset();
        return ProbeStep.Write;
    }

    public override ProbeStep Received(ReadOnlySpan<byte> bytes)
    {
        response.Read(bytes);
        return Judge();
    }

    public override ProbeStep Closed()
    {
        response.Close();
        return Judge();
    }

    public override void End() => page.End();

    bool IHttpBody.Head(int status)
    {
        this.status = status;
        return page.Accepts(status);
    }

    void IHttpBody.Part(ReadOnlySpan<byte> bytes) => page.Take(bytes);

    private ProbeStep Judge()
    {
        fault ??= response.Fault;
        if (fault is not null) return ProbeStep.Bad;
        if (!response.IsDone) return ProbeStep.Read;
        if (!page.Accepts(status)) return ProbeStep.Bad;
        fault = page.Fault();
        return fault is null ? ProbeStep.Good : ProbeStep.Bad;
    }

    /// <summary>A URL with what its tries need.</summary>
    private sealed class Page(HttpUrl url, byte[] request)
    {
        private readonly BodySearch? search = url.Regex is null ? null : new BodySearch(url);
        private readonly byte[]? wanted = url.Digest is { } digest ? Convert.FromHexString(digest) : null;
        private readonly Md5? hash = url.Digest is null ? null : new Md5();

        public HttpUrl Url => url;

        public byte[] Request => request;

        public bool Accepts(int status)
        {
            if (url.StatusCodes.Count == 0) return status is >= 200 and <= 299;
            for (int i = 0; i < url.StatusCodes.Count; i++)
            {
                if (url.StatusCodes[i].First <= status && status <= url.StatusCodes[i].Last) return true;
            }

            return false;
        }

        public void Take(ReadOnlySpan<byte> bytes)
        {
            hash?.Append(bytes);
            search?.Take(bytes);
        }

        public string? Fault()
        {
            if (hash is not null)
            {
                Span<byte> digest = stackalloc byte[Md5.Size];
                hash.Finish(digest);
                if (!digest.SequenceEqual(wanted)) return $"the digest of its body is {Convert.ToHexStringLower(digest)} and not {Convert.ToHexStringLower(wanted!)}";
            }

            return search?.Fault();
        }

        public void End()
        {
            hash?.Reset();
            search?.End();
        }
    }
}
