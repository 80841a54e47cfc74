using Grpc.Core;

namespace Cafe.Client;

/// <summary>Says who calls.</summary>
internal static class Credentials
{
    public static async ValueTask<Metadata> HeadersAsync(CafeClientOptions options, CancellationToken cancellationToken)
    {
        var headers = new Metadata();
        if (!string.IsNullOrEmpty(options.ApiKey))
        {
            headers.Add("x-api-key", options.ApiKey);
        }

        if (options.Token is { } token)
        {
            headers.Add("authorization", "Bearer " + await token(cancellationToken));
        }

        return headers;
    }
}
