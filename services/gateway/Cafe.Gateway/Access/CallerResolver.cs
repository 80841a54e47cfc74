using Cafe.Gateway.Configuration;
using Cafe.Gateway.Telemetry;
using Cafe.ServiceDefaults.Errors;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;

namespace Cafe.Gateway.Access;

/// <summary>Finds out who calls: an API key (x-api-key, or authorization: Bearer) or a JSON web token (Bearer).</summary>
public sealed class CallerResolver(IOptions<GatewayOptions> options, GatewayMetrics metrics, TimeProvider time, ILogger<CallerResolver> logger)
{
    private const string KeyHeader = "x-api-key";
    private const string Bearer = "Bearer ";
    private readonly GatewayOptions _options = options.Value;
    private readonly ApiKeys _keys = new(options.Value.ApiKeys, options.Value.CallerLimits, time, logger);

    /// <summary>The caller of a request.</summary>
    /// <exception cref="UnauthenticatedException">Callers must say who they are, and this one doesn't or isn't.</exception>
    public async Task<Caller> ResolveAsync(HttpContext context)
    {
        if (!_options.AuthRequired)
        {
            return new Caller(Caller.Anonymous, _options.CallerLimits);
        }

        var authorization = context.Request.Headers.Authorization.ToString();
        var bearer = authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? authorization[Bearer.Length..].Trim() : "";
        var key = context.Request.Headers[KeyHeader].ToString() is { Length: > 0 } sent ? sent : bearer;
        if (key.Length == 0)
        {
            throw Refuse("Send an API key as x-api-key, or a key or a token as authorization: Bearer.");
        }

        if (_keys.Find(key) is { } caller)
        {
            return caller;
        }

        if (_options.Jwt.Enabled && bearer.Length > 0)
        {
            var result = await context.AuthenticateAsync(JwtBearerDefaults.AuthenticationScheme);
            if (result.Succeeded && result.Principal.FindFirst(_options.Jwt.CallerClaim)?.Value is { Length: > 0 } id)
            {
                return id.Length <= Caller.MaxIdLength
                    ? new Caller(id, _options.CallerLimits)
                    : throw Refuse($"The token's {_options.Jwt.CallerClaim} has {id.Length} characters; the most is {Caller.MaxIdLength}.");
            }
        }

        throw Refuse("The API key or token is not valid.");
    }

    private UnauthenticatedException Refuse(string why)
    {
        metrics.Rejected("unauthenticated");
        return new UnauthenticatedException(why);
    }
}
